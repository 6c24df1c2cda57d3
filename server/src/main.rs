//! The program `teahouse`: reads the command line, sets up logging, binds, runs. Never a rule of the chat.

use std::process::ExitCode;

use clap::Parser;
use server::{Cli, Error, RunConfig, Task, admin, logging, process, run, shutdown};
use tracing::{error, info};

fn main() -> ExitCode {
    let task = Cli::parse().into_task();
    logging::init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => return fail(&Error::Runtime(source)),
    };
    let outcome = runtime.block_on(async {
        match task {
            Task::Serve(config) => serve(config).await,
            Task::Errand(errand) => {
                println!("{}", admin::run(errand).await?);
                Ok(())
            }
        }
    });
    // What still runs after a graceful stop was given its time; it does not get more.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn serve(config: RunConfig) -> Result<(), Error> {
    process::prepare();
    // Before anyone is told the address: from then on a signal means a graceful stop.
    let stop = shutdown::first_signal()?;
    let listener = config.bind().await?;
    let address = listener.local_addr().map_err(Error::Runtime)?;
    info!("Teahouse 茶馆 {} is listening on http://{address}", env!("CARGO_PKG_VERSION"));
    run(config, listener, stop).await
}

fn fail(error: &Error) -> ExitCode {
    error!("{error}");
    ExitCode::FAILURE
}
