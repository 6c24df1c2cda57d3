//! The built server on real Redis servers: what several nodes are to each other, and what is said of a Redis that is away
//! or no use. One program, so that it is linked once.

#[path = "../django_server/mod.rs"]
mod django_server;
#[path = "../helpers/mod.rs"]
mod helpers;
#[path = "../../channel_layer/tests/redis_server/mod.rs"]
mod redis_server;

mod node;
mod program;

mod absent;
mod keys;
mod nodes;
mod refused;
mod secrets;
