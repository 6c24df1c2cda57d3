//! `/live` from outside: real ports, real frames, real databases, real kills. One program, so that it is linked once.
//! Never a look into the server.

#[path = "../django_server/mod.rs"]
mod django_server;
#[path = "../helpers/mod.rs"]
mod helpers;
#[path = "../../store/tests/postgres_server/mod.rs"]
mod postgres_server;
#[path = "../../channel_layer/tests/redis_server/mod.rs"]
mod redis_server;

mod api;
mod client;
mod clock;
mod cluster;
mod house;
mod log;
mod proxy;
mod random;
mod socket;

mod away;
mod changes;
mod clocks;
mod commands;
mod cuts;
mod django;
mod doors;
mod handshake;
mod hung;
mod joining;
mod kills;
mod limits;
mod links;
mod mine;
mod nodes;
mod pins;
mod presence;
mod reading;
mod restored;
mod resume;
mod retention;
mod seen;
mod slow;
mod soak;
mod typed;
