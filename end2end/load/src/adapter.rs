//! What differs between servers: how to connect, how to join a group, how to say something in it, how to answer what
//! is no message. Never a socket, never a clock, never a figure. How a delivery is recognised is the same for all: by
//! the stamp in it (`stamp`).

mod live;
mod nats;
mod plain;
mod socketio;

use clap::ValueEnum;

use crate::trouble::Trouble;

pub(crate) use self::{live::Live, plain::Plain};

/// One kind of server. All text is UTF-8; `out` is appended to.
pub(crate) trait Adapter {
    /// The path and query of a member's socket.
    fn path(&self, group: &str) -> String;

    /// Further lines of the handshake.
    fn headers(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Whether its messages are binary frames.
    fn binary(&self) -> bool {
        false
    }

    /// What a member says first, once its socket is open. Nothing: then it is a member already.
    fn opening(&self, group: &str) -> Option<String>;

    /// Whether this frame delivers: then every stamp in it is a message that was just said. A cheap look, for it is asked of
    /// every frame.
    fn delivers(&self, _payload: &[u8]) -> bool {
        true
    }

    /// A frame without a stamp, or one that does not deliver, came, before (`ready` false) or after the member had joined.
    fn hear(&self, payload: &[u8], group: &str, ready: bool) -> Heard;

    /// The frame that says `body`, which begins with a stamp. `unique` is different for each message of a run.
    fn say(&self, group: &str, body: &str, unique: u64, out: &mut String);
}

/// What a frame without a stamp asks of us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Nothing,
    /// The member hears its group from here on.
    Joined,
    /// The server wants to hear this.
    Answer(String),
    /// A message or a membership was refused, or the server says that it dropped something.
    Refused(String),
    /// The answer to something that a mixed chat asked.
    Replied(Reply),
}

/// What a mixed chat asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Page,
    Subscribed,
}

/// The adapters, by the names of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A socket is a member by its path, what it says is said to all: Teahouse's /group/ID/, Django Channels, nchan, uWebSockets, the floor
    Plain,
    /// Teahouse's own protocol on /live
    Live,
    /// Socket.IO over WebSocket: join, say, said
    Socketio,
    /// NATS over WebSocket: a group is a subject
    Nats,
}

impl Kind {
    /// The adapter, with what the command line says about it.
    ///
    /// # Errors
    /// [`Trouble::Usage`] for an option that this kind has not.
    pub(crate) fn adapter(
        self,
        path: &str,
        opening: Option<&str>,
        say: Option<&str>,
    ) -> Result<Box<dyn Adapter>, Trouble> {
        let own = |name: &str, given: Option<&str>| match given {
            Some(_) => Err(Trouble::Usage(format!("--{name} is for the plain adapter"))),
            None => Ok(()),
        };
        if self != Self::Plain {
            own("opening", opening)?;
            own("say", say)?;
        }
        Ok(match self {
            Self::Plain => Box::new(Plain::new(path, opening, say)?),
            Self::Live => Box::new(Live::new(path)),
            Self::Socketio => Box::new(socketio::SocketIo::new(path)),
            Self::Nats => Box::new(nats::Nats::new(path)),
        })
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Live => "live",
            Self::Socketio => "socketio",
            Self::Nats => "nats",
        }
    }
}
