//! One's own settings. What is chosen for the device is in [`Chrome`](super::Chrome), as every page needs it.

/// `/settings`. Whoever is somebody must be in [`Chrome::me`](super::Chrome::me).
///
/// POST `/settings`: `lang`, `theme`, `text`, `motion`, `clock`, `enter`, each a tag of `preferences` or a language's; for nobody,
/// too. POST `/me/name`: `name`. POST `/me/colour`: `colour`, a number below [`protocol::COLOURS`], or empty for none.
#[derive(Clone, Debug)]
pub struct Choices {
    /// As it was typed, or as it is.
    pub name: String,
}
