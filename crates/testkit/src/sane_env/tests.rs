//! Tests of `sane_env`: what it makes is compared with the truth it claims.

use super::*;

fn run(env: &SaneEnv, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new("scanimage");
    let output = env.apply(command.args(arguments)).output().unwrap();
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn each_set_up_shows_its_own_devices_and_no_others() {
    let devices = |env: &SaneEnv| {
        let (list, _) = run(env, &["-f", "%d%n"]);
        list.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(devices(&SaneEnv::test().unwrap()), ["test:0"]);
    assert_eq!(devices(&SaneEnv::pnm().unwrap()), ["pnm:0", "pnm:1"]);
}

#[test]
fn a_page_goes_through_pnm_pixel_by_pixel() {
    let env = SaneEnv::pnm().unwrap();
    let page = env.config_dir().join("page.pgm");
    let pixels: Vec<u8> = (0..=255).collect();
    let mut file = b"P5\n16 16\n255\n".to_vec();
    file.extend(&pixels);
    std::fs::File::create_new(&page).unwrap().write_all(&file).unwrap();
    let out = env.config_dir().join("out.pgm");
    let arguments = ["-d", "pnm:0", "--filename", page.to_str().unwrap(), "--format=pnm", "-o", out.to_str().unwrap()];
    let (_, said) = run(&env, &arguments);
    let scanned = std::fs::read(&out).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!(scanned[scanned.len() - 256..], pixels);
}

#[test]
fn two_servers_serve_side_by_side_and_end() {
    let servers = [(); 2].map(|()| Saned::start(SaneEnv::test().unwrap()).unwrap());
    assert_ne!(servers[0].address(), servers[1].address());
    for server in &servers {
        let env = SaneEnv::net(server.address()).unwrap();
        let (list, _) = run(&env, &["-f", "%d%n"]);
        assert_eq!(list.trim(), format!("net:{}:test:0", server.address()));
    }
    let pid = servers[0].pid();
    drop(servers);
    assert!(!Path::new("/proc").join(pid.to_string()).try_exists().unwrap(), "the server is gone and waited for");
}
