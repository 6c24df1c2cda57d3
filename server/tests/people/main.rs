//! People and groups from outside: who is refused what at which door, and how fast a right that is taken away is gone.
//! Real ports, real databases, a real Redis. One program, so that it is linked once. Never a look into the server.

#[expect(dead_code, reason = "the live tests use the rest")]
#[path = "../live/api.rs"]
mod api;
#[path = "../helpers/mod.rs"]
mod helpers;
#[path = "../../channel_layer/tests/redis_server/mod.rs"]
mod redis_server;
#[expect(dead_code, reason = "the live tests use the rest")]
#[path = "../live/socket.rs"]
mod socket;

mod plain;
mod town;
mod web;

mod attacks;
mod doors;
mod finding;
mod guests;
mod hidden;
mod house;
mod kept;
mod limits;
mod links;
mod naming;
mod privacy;
mod proxied;
mod refusals;
mod revoking;
mod sessions;
mod settings;
mod speakers;
