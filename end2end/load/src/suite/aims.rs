//! What the project aims at, and whether a run's figures reach it. The aims are the project's; they are only repeated.

use super::{
    Figures,
    figure::Figure::{self, Cost, Idle, Lost, P99, Pages, Rate, SlowRatio, Sockets},
    page::spread,
};
use crate::report::digits;

/// What a figure is held against.
#[derive(Clone, Copy)]
enum Bound {
    /// At most, at least, so much.
    Most(f64),
    Least(f64),
    /// At most, at least, so many times another server's.
    MostOf(f64, &'static str),
    LeastOf(f64, &'static str),
}

use Bound::{Least, LeastOf, Most, MostOf};

/// Work, server, figure, bound.
const AIMS: &[(&str, &str, Figure, Bound)] = &[
    ("fanout", "teahouse", Cost, MostOf(1.10, "floor")),
    ("fanout", "teahouse", Cost, MostOf(1.0, "uws")),
    ("fanout", "teahouse", Cost, MostOf(1.0, "nchan")),
    ("fanout", "teahouse", Cost, MostOf(1.0, "nats")),
    ("fanout", "teahouse", Cost, MostOf(1.0, "ws")),
    ("fanout", "teahouse", Cost, MostOf(1.0, "socketio")),
    ("saturated", "teahouse", Rate, LeastOf(0.9, "floor-coalesce")),
    ("saturated", "teahouse", Rate, LeastOf(1.0, "uws")),
    ("fanout", "teahouse-live", Cost, MostOf(1.35, "floor")),
    ("fanout", "teahouse-live", P99, Most(20.0)),
    ("saturated", "teahouse-live", Rate, Least(1_000_000.0)),
    ("groups", "teahouse", Cost, MostOf(1.25, "floor")),
    ("tutorial", "teahouse", Cost, MostOf(0.02, "django-uvicorn")),
    ("tutorial", "teahouse", Cost, MostOf(0.02, "django-daphne")),
    ("tutorial", "teahouse", Cost, MostOf(0.02, "django-redis")),
    ("tutorial-saturated", "teahouse", Rate, LeastOf(100.0, "django-uvicorn")),
    ("tutorial-saturated", "teahouse", Rate, LeastOf(100.0, "django-daphne")),
    ("tutorial-saturated", "teahouse", Rate, LeastOf(100.0, "django-redis")),
    ("idle", "teahouse", Idle, Most(2.5)),
    ("idle-most", "teahouse", Idle, Most(2.5)),
    ("idle", "teahouse-live", Idle, Most(4.0)),
    ("idle-most", "teahouse-live", Idle, Most(4.0)),
    ("storm", "teahouse", Sockets, Least(19_000.0)),
    ("storm", "teahouse-live", Sockets, Least(10_000.0)),
    ("million", "teahouse", Lost, Most(0.0)),
    ("million", "teahouse", P99, Most(25.0)),
    ("pages", "teahouse", Pages, Least(15_000.0)),
    ("pages-uncached", "teahouse", Pages, Least(3_000.0)),
    ("slow", "teahouse", SlowRatio, Most(1.10)),
    ("slow", "teahouse-live", SlowRatio, Most(1.10)),
];

/// One row for each aim that this run says something about.
pub(super) fn markdown(figures: &Figures) -> String {
    let rows: Vec<String> =
        AIMS.iter().filter_map(|(work, peer, figure, bound)| row(figures, work, peer, *figure, *bound)).collect();
    let met = rows.iter().filter(|row| row.contains("| met |")).count();
    format!(
        "{met} of {} aims met.\n\n| work | server | figure | measured | aim | |\n| --- | --- | --- | --- | --- | --- |\n{}",
        rows.len(),
        rows.join("\n")
    )
}

fn row(figures: &Figures, work: &str, peer: &str, figure: Figure, bound: Bound) -> Option<String> {
    let of = |peer: &str| spread(figures, work, peer, figure).map(|spread| spread.median());
    let measured = of(peer)?;
    let (shown, aim, met) = match bound {
        Most(most) => (figure.show(measured), format!("≤ {}", digits(most)), measured <= most),
        Least(least) => (figure.show(measured), format!("≥ {}", digits(least)), measured >= least),
        MostOf(times, other) => {
            let ratio = measured / of(other)?;
            (format!("{} × {other}", digits(ratio)), format!("≤ {} ×", digits(times)), ratio <= times)
        }
        LeastOf(times, other) => {
            let ratio = measured / of(other)?;
            (format!("{} × {other}", digits(ratio)), format!("≥ {} ×", digits(times)), ratio >= times)
        }
    };
    let verdict = if met { "met" } else { "**missed**" };
    Some(format!("| {work} | {peer} | {} | {shown} | {aim} | {verdict} |", figure.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::{peer, work};

    #[test]
    fn every_aim_is_about_work_that_there_is_and_servers_that_do_it() {
        let (works, peers) = (work::all(false), peer::all());
        for (name, server, figure, bound) in AIMS {
            let work = works.iter().find(|work| work.name == *name).unwrap();
            let does = |server: &str| peers.iter().any(|peer| peer.name == server && work.suits(peer));
            assert!(work.figures.contains(figure) && does(server), "{name} {server}");
            if let MostOf(_, other) | LeastOf(_, other) = bound {
                assert!(does(other), "{name} {other}");
            }
        }
    }
}
