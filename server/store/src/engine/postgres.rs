//! PostgreSQL: how its connections are set up, and its way of taking arguments.

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor as _, PgPool, Postgres, query::Query};

use super::input::unnest;
use super::{Arg, Column, Input, Purpose, Result, Row};

/// One snapshot for all statements.
pub(super) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A connection keeps a statement's plan, and the first are made while the tables are empty: what suits three rows takes
/// seconds for a page of a thousand, until the database has counted them. For readers alone: what the writer does goes by keys,
/// and planning it each time costs a tenth of its posts and more.
const PLAN_EACH_TIME: &str = "SET plan_cache_mode = force_custom_plan";
const PLAN_AS_IT_LIKES: &str = "SET plan_cache_mode = auto";

/// How long a connection may take to come.
const CONNECT: Duration = Duration::from_secs(3);

pub(super) fn pool(options: &PgConnectOptions, purpose: Purpose) -> PgPool {
    let (most, plans) = match purpose {
        Purpose::Read(most) => (most, PLAN_EACH_TIME),
        Purpose::Write => (1, PLAN_AS_IT_LIKES),
    };
    // The writer's connection is not tried out before each use: a lost one is noticed and its batch sent again.
    PgPoolOptions::new()
        .max_connections(most)
        .test_before_acquire(matches!(purpose, Purpose::Read(_)))
        .acquire_timeout(CONNECT)
        .after_connect(move |to, _| Box::pin(async move { to.execute(plans).await.map(drop) }))
        .connect_lazy_with(options.clone())
}

pub(super) async fn rows(to: &mut PgConnection, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<Row>> {
    collect(bind(sqlx::query(sql), args).fetch_all(to).await?)
}

pub(super) async fn run(to: &mut PgConnection, sql: &'static str, args: &[Arg<'_>]) -> Result<u64> {
    Ok(bind(sqlx::query(sql), args).execute(to).await?.rows_affected())
}

pub(super) async fn rows_of(to: &mut PgConnection, input: &Input, columns: &[Column<'_>]) -> Result<Vec<Row>> {
    let text = unnest(input, columns);
    collect(bind_columns(sqlx::query(AssertSqlSafe(text)), columns).fetch_all(to).await?)
}

pub(super) async fn run_of(to: &mut PgConnection, input: &Input, columns: &[Column<'_>]) -> Result<u64> {
    let text = unnest(input, columns);
    Ok(bind_columns(sqlx::query(AssertSqlSafe(text)), columns).execute(to).await?.rows_affected())
}

type Bound<'q> = Query<'q, Postgres, PgArguments>;

fn bind<'q>(mut query: Bound<'q>, args: &[Arg<'_>]) -> Bound<'q> {
    for arg in args {
        query = match *arg {
            Arg::Int(value) => query.bind(value),
            Arg::Text(value) => query.bind(value),
            Arg::Bytes(value) => query.bind(value),
        };
    }
    query
}

fn bind_columns<'q>(mut query: Bound<'q>, columns: &[Column<'_>]) -> Bound<'q> {
    for column in columns {
        query = match column {
            Column::Text(values) => query.bind(values),
            Column::Int(values) => query.bind(values),
            Column::Bytes(values) => query.bind(values),
        };
    }
    query
}

fn collect(rows: Vec<sqlx::postgres::PgRow>) -> Result<Vec<Row>> {
    Ok(rows.into_iter().map(Row::Postgres).collect())
}
