//! The renderer from outside: what each mark means, and what no text whatever can make it write.

mod blocks;
mod examples;
mod hostile;
mod properties;
mod wellformed;

use markdown::{Context, render};

/// Renders for 小明, whose id is `ming`; Ann, `ann`, is known too.
fn html(text: &str) -> String {
    render(text, &Context { names: &name, me: Some("ming") })
}

fn name(id: &str) -> Option<&'static str> {
    match id {
        "ming" => Some("小明"),
        "ann" => Some("Ann <3"),
        "all" => Some("所有人"),
        _ => None,
    }
}
