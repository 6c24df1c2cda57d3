//! A directory of a test's own, gone with the test, and the certificates that may lie in it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Below the system's temporary one.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("teahouse-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("UTF-8").to_owned()
    }

    /// An authority `ca.crt`, and by it `tls.crt` with `tls.key` for localhost.
    pub(crate) fn make_certificates(&self) {
        let openssl = |arguments: &str| {
            let mut openssl = Command::new("openssl");
            let status = openssl.args(arguments.split(' ')).current_dir(&self.0).stderr(Stdio::null()).status();
            assert!(status.expect("openssl is installed").success(), "{arguments}");
        };
        std::fs::write(self.0.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1").expect("a file");
        openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=ca",
        );
        openssl(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.csr -subj /CN=localhost",
        );
        openssl("x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out tls.crt -days 2 -extfile names");
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
