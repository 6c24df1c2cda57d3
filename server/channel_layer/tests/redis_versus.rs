//! Row for row of the weakness table in the reference (channels.md §4): one scenario on one real Redis, lived through
//! by the real channels_redis 4.3 and by our layer. Ours is judged strictly. Python's failure is asserted where it is
//! certain, and only printed where it is a matter of chance; that its side really ran is always asserted.
//! The same rows without Python, and closer to the edge, are in `redis_delivery.rs`, `redis_faults.rs` and
//! `redis_wire.rs`. Python must be there: the virtual environment that `.ci/tools test` makes.

mod node;
mod peer;
mod python;
mod redis_server;
mod versus;

type Backend<M> = channel_layer::RedisLayer<M>;
