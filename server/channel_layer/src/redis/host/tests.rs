//! Every form of address, and that none of them gives a password away.

use super::*;

fn one(text: &str) -> Host {
    let [host] = <[Host; 1]>::try_from(Host::parse_list(text).unwrap()).expect("one host");
    host
}

fn fixed(host: &Host) -> &ConnectionAddr {
    match &host.place {
        Place::Fixed(address) => address,
        Place::Sentinel(_) => panic!("a fixed address"),
    }
}

#[test]
fn a_url_has_defaults_for_port_and_database() {
    let host = one("redis://cache");
    assert_eq!(*fixed(&host), ConnectionAddr::Tcp("cache".to_owned(), 6379));
    assert_eq!((host.redis.db(), host.redis.username(), host.redis.password()), (0, None, None));
    assert_eq!(host.label(), "cache:6379");
}

#[test]
fn user_password_and_database_are_read_and_percent_decoded() {
    let host = one("redis://someone:p%40ss%2C@127.0.0.1:7000/3");
    assert_eq!((host.redis.db(), host.redis.username(), host.redis.password()), (3, Some("someone"), Some("p@ss,")));
    let host = one("redis://:secret@[::1]:7000?db=4");
    assert_eq!(*fixed(&host), ConnectionAddr::Tcp("::1".to_owned(), 7000));
    assert_eq!((host.redis.db(), host.redis.username(), host.redis.password()), (4, None, Some("secret")));
}

#[test]
fn rediss_is_tls_with_its_certificate_checked() {
    let host = one("rediss://cache:7000");
    assert!(matches!(fixed(&host), ConnectionAddr::TcpTls { insecure: false, .. }));
}

#[test]
fn a_unix_socket_has_a_path_and_perhaps_a_database() {
    let host = one("unix:///run/redis/redis.sock?db=2");
    assert_eq!(*fixed(&host), ConnectionAddr::Unix("/run/redis/redis.sock".into()));
    assert_eq!((host.redis.db(), host.label()), (2, "/run/redis/redis.sock"));
}

#[test]
fn sentinels_are_several_and_name_a_master() {
    let host = one("redis+sentinel://:secret@a,b:7000,[::1]/mymaster/5");
    let Place::Sentinel(Sentinels { addresses, master, tls, login }) = &host.place else { panic!("sentinels") };
    assert!(!tls && login.password().is_none());
    assert_eq!(*addresses, [("a".to_owned(), 26379), ("b".to_owned(), 7000), ("::1".to_owned(), 26379)]);
    assert_eq!((master.as_str(), host.redis.db(), host.redis.password()), ("mymaster", 5, Some("secret")));
    assert_eq!(host.label(), "mymaster at a,b:7000,[::1]");
}

#[test]
fn sentinels_have_their_own_user_and_password_and_may_speak_tls() {
    let host =
        one("rediss+sentinel://:a@h/m/1?sentinel_username=u%26&sentinel_password=p%3D%2B+&ssl_ca_certs=/ca%20.crt");
    let Place::Sentinel(sentinels) = &host.place else { panic!("sentinels") };
    assert!(sentinels.tls);
    assert_eq!((sentinels.login.username(), sentinels.login.password()), (Some("u&"), Some("p=++")));
    assert_eq!((host.redis.password(), host.authorities), (Some("a"), Some("/ca .crt".into())));
    assert_eq!(host.label, "m at h");
}

#[test]
fn kinds_mix_in_one_list() {
    let hosts = Host::parse_list("redis://a/1, rediss://b,redis+sentinel://c,d/m/2,unix:///e").unwrap();
    assert_eq!(hosts.iter().map(Host::label).collect::<Vec<_>>(), ["a:6379", "b:6379", "m at c,d", "/e"]);
}

#[test]
fn what_is_no_address_is_refused_with_its_number_and_without_its_password() {
    for text in [
        "",
        "secret",
        "redis://",
        "http://u:secret@h",
        "redis://u:secret@h:port",
        "redis://u:secret@h/x",
        "redis://h?secret=1",
        "unix://",
        "unix://secret/x",
        "redis+sentinel://u:secret@h",
        "redis+sentinel://u:secret@h/",
        "redis+sentinel://secret:x:y/m",
        "redis+sentinel://h/m?secret",
        "redis+sentinel://h/m?password=secret",
        "redis+sentinel://h/m?sentinel_username=secret",
        "redis+sentinel://h/m?ssl_ca_certs=secret",
        "redis+sentinel://h/m?sentinel_password=%ffsecret",
        "redis://u:%ff-secret@h",
        "redis://u:sec/ret@h",
    ] {
        let error = Host::parse_list(&format!("redis://first,{text}")).map(|hosts| hosts.len());
        // "first,secret" would be read as one address; then it is that one that is wrong.
        let error = error.expect_err(text).to_string();
        assert!(!error.contains("secret") && error.contains("channel layer"), "{error}");
    }
}

#[test]
fn nothing_printed_holds_a_password() {
    let host = one("redis://someone:secret@h:7000/1");
    assert_eq!(format!("{host:?}"), "h:7000");
    let config =
        crate::RedisConfig { encryption_keys: vec!["secret".to_owned()], ..crate::RedisConfig::new(vec![host]) };
    assert!(!format!("{config:?}").contains("secret"));
}
