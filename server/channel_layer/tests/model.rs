//! The memory layer against a model so small that it is plainly right: any sequence of calls gives the same answers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use channel_layer::{ChannelLayer, ChannelName, GroupName, GroupSent, LayerError, MemoryConfig, MemoryLayer};
use futures_util::FutureExt;
use proptest::prelude::*;

const CAPACITY: usize = 2;
const EXPIRY: u64 = 10;
const GROUP_EXPIRY: u64 = 25;

#[derive(Debug, Clone)]
enum Call {
    Send(usize),
    Receive(usize),
    Join(usize, usize),
    Leave(usize, usize),
    GroupSend(usize),
    Detach(usize),
    Flush,
    Wait(u64),
}

fn call() -> impl Strategy<Value = Call> {
    // Channels 0 and 1 are ordinary, 2 and 3 process-local; two groups.
    prop_oneof![
        5 => (0..4usize).prop_map(Call::Send),
        5 => (0..4usize).prop_map(Call::Receive),
        4 => (0..2usize, 0..4usize).prop_map(|(group, channel)| Call::Join(group, channel)),
        2 => (0..2usize, 0..4usize).prop_map(|(group, channel)| Call::Leave(group, channel)),
        5 => (0..2usize).prop_map(Call::GroupSend),
        1 => (0..4usize).prop_map(Call::Detach),
        1 => Just(Call::Flush),
        3 => (1..15u64).prop_map(Call::Wait),
    ]
}

/// Seconds instead of clocks, lists instead of indices, everything looked through on every call.
#[derive(Default)]
struct Model {
    now: u64,
    queues: [VecDeque<(u64, u32)>; 4],
    members: BTreeMap<(usize, usize), u64>,
    detached: [bool; 4],
}

impl Model {
    fn drop_the_old(&mut self) {
        let now = self.now;
        self.queues.iter_mut().for_each(|queue| queue.retain(|(sent, _)| now < sent + EXPIRY));
        self.members.retain(|_, joined| now < *joined + GROUP_EXPIRY);
    }

    fn push(&mut self, channel: usize, number: u32) -> bool {
        let room = self.queues[channel].len() < CAPACITY;
        if room {
            self.queues[channel].push_back((self.now, number));
        }
        room
    }

    fn send(&mut self, channel: usize, number: u32) -> Result<(), LayerError> {
        if self.detached[channel] || self.push(channel, number) { Ok(()) } else { Err(LayerError::ChannelFull) }
    }

    fn receive(&mut self, channel: usize) -> Option<Result<u32, LayerError>> {
        if self.detached[channel] {
            return Some(Err(LayerError::Detached));
        }
        self.queues[channel].pop_front().map(|(_, number)| Ok(number))
    }

    fn join(&mut self, group: usize, channel: usize) -> Result<(), LayerError> {
        if self.detached[channel] {
            return Err(LayerError::Detached);
        }
        self.members.insert((group, channel), self.now);
        Ok(())
    }

    fn group_send(&mut self, group: usize, number: u32) -> GroupSent {
        let mut sent = GroupSent::default();
        let members: Vec<_> = self.members.keys().filter(|(g, _)| *g == group).map(|(_, channel)| *channel).collect();
        for channel in members {
            *(if self.push(channel, number) { &mut sent.delivered } else { &mut sent.skipped }) += 1;
        }
        sent
    }

    fn detach(&mut self, channel: usize) {
        self.members.retain(|(_, member), _| *member != channel);
        if channel >= 2 {
            self.queues[channel].clear();
            self.detached[channel] = true;
        }
    }

    /// Which queues hold something or are members, and process-local ones not detached.
    fn channels(&self) -> usize {
        let member = |channel| self.members.keys().any(|(_, member)| *member == channel);
        let held = |channel: &usize| !self.queues[*channel].is_empty() || member(*channel);
        (0..2).filter(held).count() + (2..4).filter(|channel| !self.detached[*channel]).count()
    }
}

async fn compare(calls: Vec<Call>) {
    let (expiry, group_expiry) = (Duration::from_secs(EXPIRY), Duration::from_secs(GROUP_EXPIRY));
    let config = MemoryConfig { capacity: CAPACITY, expiry, group_expiry, ..MemoryConfig::default() };
    let layer = MemoryLayer::new(config).expect("sound settings");
    let groups = ["a", "b"].map(|name| GroupName::parse(name).expect("a name"));
    let local = || layer.new_channel("specific").expect("a channel");
    let ordinary = |name| ChannelName::parse(name).expect("a name");
    let channels = [ordinary("x"), ordinary("y"), local(), local()];
    let mut model = Model::default();

    for (number, call) in (0..).zip(calls) {
        model.drop_the_old();
        match call {
            Call::Send(c) => {
                assert_eq!(layer.send(&channels[c], Arc::new(number)).await, model.send(c, number));
            }
            Call::Receive(c) => {
                // Without a runtime's budget, so that a receive is pending only if there is nothing.
                let got = tokio::task::unconstrained(layer.receive(&channels[c])).now_or_never();
                assert_eq!(got.map(|got| got.map(|number| *number)), model.receive(c));
            }
            Call::Join(g, c) => assert_eq!(layer.group_add(&groups[g], &channels[c]).await, model.join(g, c)),
            Call::Leave(g, c) => {
                assert_eq!(layer.group_discard(&groups[g], &channels[c]).await, Ok(()));
                model.members.remove(&(g, c));
            }
            Call::GroupSend(g) => {
                assert_eq!(layer.group_send(&groups[g], Arc::new(number)).await, Ok(model.group_send(g, number)));
            }
            Call::Detach(c) => {
                layer.detach(&channels[c]);
                model.detach(c);
            }
            Call::Flush => {
                assert_eq!(layer.flush().await, Ok(()));
                model.queues.iter_mut().for_each(VecDeque::clear);
                model.members.clear();
            }
            Call::Wait(seconds) => {
                tokio::time::advance(Duration::from_secs(seconds)).await;
                model.now += seconds;
            }
        }
    }

    // What is too old may still be held until the next sweep; after one, the layer holds exactly what the model does.
    tokio::time::advance(Duration::from_secs(2)).await;
    model.now += 2;
    model.drop_the_old();
    layer.group_discard(&groups[0], &ChannelName::parse("nobody").expect("a name")).await.expect("harmless");
    let held = layer.footprint();
    assert_eq!(held.messages, model.queues.iter().map(VecDeque::len).sum::<usize>());
    assert_eq!(held.memberships, model.members.len());
    assert_eq!(held.channels, model.channels());
}

proptest! {
    #[test]
    fn any_sequence_of_calls_answers_as_the_model_does(calls in proptest::collection::vec(call(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(compare(calls));
    }
}
