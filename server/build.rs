//! Tells cargo that the binary embeds the site's folder, whose files come and go.

fn main() {
    println!("cargo:rerun-if-changed=../target/site");
}
