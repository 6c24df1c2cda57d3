//! The timeline from outside: what it promises, and random histories against a model of the server.

mod histories;
mod model;
mod rules;
