//! feeds.toml: named situations and what is said of them, whole; and what the shipped file promises.

use presswire::config::{self, Config, ConfigErrors, Fault, Keep, Rhythm};
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// `text` loaded from a folder of its own, with these variables.
fn load_with(
    text: &[u8],
    variables: &[(&str, &str)],
) -> (
    tempfile::TempDir,
    Result<(Config, Vec<Fault>), ConfigErrors>,
) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feeds.toml");
    std::fs::write(&path, text).expect("written");
    let loaded = config::load(&path, &|name| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    });
    (folder, loaded)
}

fn load(text: &str) -> Result<(Config, Vec<Fault>), ConfigErrors> {
    load_with(text.as_bytes(), &[]).1
}

/// The configuration of `body` below a sufficient `[wire]`.
fn accepted(body: &str) -> Config {
    let loaded = load(&format!("[wire]\ntitle = \"Wire\"\n{body}"));
    loaded.expect("the configuration is accepted").0
}

/// What is said of each of the situations, whole, one after the other.
fn told(situations: &[(&str, &str)]) -> String {
    let mut told = String::new();
    for (name, text) in situations {
        let (folder, loaded) = load_with(text.as_bytes(), &[]);
        let said = match loaded {
            Ok((_, warnings)) if warnings.is_empty() => "accepted\n".to_owned(),
            Ok((_, warnings)) => warnings
                .iter()
                .map(|warning| warning.render(false))
                .collect(),
            Err(errors) => errors.render(false),
        };
        let said = said.replace(&format!("{}/", folder.path().display()), "");
        assert!(
            !said.contains("hunter2"),
            "{name} gives a secret away: {said}"
        );
        writeln!(told, "=== {name}\n{said}").expect("a string takes all");
    }
    told
}

#[test]
fn slips_in_names_of_keys_and_tables_are_told_with_what_was_meant() {
    let told = told(&[
        ("key_with_a_slip", "[wire]\ntitel = \"x\"\ntitle = \"x\"\n"),
        (
            "key_of_another_program",
            "[wire]\ntitle = \"x\"\n[poll]\ninterval = \"5m\"\n",
        ),
        (
            "key_in_the_wrong_table",
            "[wire]\ntitle = \"x\"\nlisten = \"127.0.0.1:1\"\n",
        ),
        (
            "key_above_all_tables",
            "title = \"x\"\n[wire]\ntitle = \"x\"\n",
        ),
        (
            "key_like_nothing",
            "[wire]\ntitle = \"x\"\n[related]\nzzz = 1\n",
        ),
        ("table_with_a_slip", "[wire]\ntitle = \"x\"\n[serverr]\n"),
        (
            "tables_of_another_program",
            "[wire]\ntitle = \"x\"\n[[feeds]]\nurl = \"https://example.org/\"\n",
        ),
        (
            "single_brackets_on_source",
            "[wire]\ntitle = \"x\"\n[source]\nurl = \"https://example.org/\"\n",
        ),
        ("double_brackets_on_wire", "[[wire]]\ntitle = \"x\"\n"),
        ("no_wire", "[poll]\nevery = \"5m\"\n"),
        ("no_title", "[wire]\nurl = \"https://example.org/\"\n"),
        (
            "source_without_url",
            "[wire]\ntitle = \"x\"\n[[source]]\nname = \"x\"\n",
        ),
        ("empty_file", ""),
    ]);
    insta::assert_snapshot!(told);
}

#[test]
fn values_of_the_wrong_kind_are_told_all_at_once() {
    let told = told(&[
        (
            "many_in_one_file",
            "[wire]\ntitle = 7\nitems = \"50\"\nlanguage = \"german\"\ntimezone = \"Berlin\"\nremote_images = \"no\"\nauthor = \"Me\"\n[server]\nlisten = \"8080\"\n[related]\nthreshold = 50\n[poll]\nconcurrency = 0\nper_host = 1.5\n",
        ),
        (
            "zone_with_a_slip",
            "[wire]\ntitle = \"x\"\ntimezone = \"Europe/Berlin1\"\n",
        ),
        ("title_blank", "[wire]\ntitle = \"  \"\n"),
        (
            "choice_with_a_slip",
            "[wire]\ntitle = \"x\"\n[[source]]\nurl = \"https://example.org/\"\nkeep = \"relatd\"\n",
        ),
        (
            "list_without_brackets",
            "[wire]\ntitle = \"x\"\n[[source]]\nurl = \"https://example.org/\"\nmatch = \"a\"\n",
        ),
        (
            "number_in_a_list",
            "[wire]\ntitle = \"x\"\n[[topic]]\nname = \"T\"\nmatch = [\"a\", 3]\n",
        ),
        (
            "author_without_name",
            "[wire]\ntitle = \"x\"\nauthor = { email = \"nobody\" }\n",
        ),
        ("table_where_a_text_belongs", "[wire.title]\na = 1\n"),
        (
            "css_not_there",
            "[wire]\ntitle = \"x\"\ncss = \"none.css\"\n",
        ),
    ]);
    insta::assert_snapshot!(told);
}

#[test]
fn durations_sizes_and_crons_are_told_with_an_example() {
    let told = told(&[
        (
            "duration_without_unit",
            "[wire]\ntitle = \"x\"\n[poll]\nevery = 30\n",
        ),
        (
            "duration_of_two_units",
            "[wire]\ntitle = \"x\"\n[poll]\nevery = \"1h30m\"\n",
        ),
        (
            "duration_negative",
            "[wire]\ntitle = \"x\"\n[poll]\nevery = \"-5m\"\n",
        ),
        (
            "duration_beyond_all_numbers",
            "[wire]\ntitle = \"x\"\n[poll]\nevery = \"99999999999999999999d\"\n",
        ),
        (
            "timeout_of_nothing",
            "[wire]\ntitle = \"x\"\n[poll]\ntimeout = \"0s\"\n",
        ),
        (
            "size_without_unit",
            "[wire]\ntitle = \"x\"\n[poll]\nmax_size = 10\n",
        ),
        (
            "size_too_small",
            "[wire]\ntitle = \"x\"\n[poll]\nmax_size = \"1B\"\n",
        ),
        (
            "cron_of_four_fields",
            "[wire]\ntitle = \"x\"\n[poll]\ncron = \"* * * *\"\n",
        ),
        (
            "cron_with_a_year",
            "[wire]\ntitle = \"x\"\n[poll]\ncron = \"0 0 0 1 1 * 2030\"\n",
        ),
        (
            "cron_by_name",
            "[wire]\ntitle = \"x\"\n[poll]\ncron = \"@hourly\"\n",
        ),
        (
            "cron_out_of_range",
            "[wire]\ntitle = \"x\"\n[poll]\ncron = \"0 61 * * * *\"\n",
        ),
        (
            "cron_on_30_february",
            "[wire]\ntitle = \"x\"\n[poll]\ncron = \"0 0 0 30 2 *\"\n",
        ),
        (
            "cron_beside_every",
            "[wire]\ntitle = \"x\"\n[poll]\nevery = \"5m\"\ncron = \"0 0 * * * *\"\n",
        ),
        (
            "every_below_min_every",
            "[wire]\ntitle = \"x\"\n[poll]\nevery = \"1m\"\n",
        ),
    ]);
    insta::assert_snapshot!(told);
}

#[test]
fn addresses_that_no_source_can_have_are_told_with_the_reason() {
    let given = [
        "",
        " ",
        "example.org/feed.xml",
        "//example.org/feed",
        "localhost:8080/feed",
        "/feed.xml",
        "http://",
        "https:///feed",
        "http:example.org",
        "https://?a=b",
        "ftp://example.org/feed",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/xml,x",
        "feed://example.org/rss",
        "feed:https://example.org/rss",
        "mailto:a@example.org",
        "https://example.org/my feed",
        " https://example.org/",
        "https:\\\\example.org\\feed",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://[::1/feed",
        "https://exa mple.org/",
        "https://me:hunter2@example.org:x/",
        "htps://example.org/?token=hunter2",
        "https://xn--/",
    ];
    let situations: Vec<(String, String)> = given
        .iter()
        .map(|url| {
            (
                format!("{url:?}"),
                format!("[wire]\ntitle = \"x\"\n[[source]]\nurl = '{url}'\n"),
            )
        })
        .map(|(name, text)| (name.replace("hunter2", "…"), text))
        .collect();
    let situations: Vec<(&str, &str)> = situations
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let told = told(&situations);
    insta::assert_snapshot!(told);
}

#[test]
fn what_stands_twice_is_told_with_both_lines() {
    let source = |more: &str| format!("[[source]]\n{more}\n");
    let wire = "[wire]\ntitle = \"x\"\n";
    let told = told(&[
        (
            "one_id_twice",
            &format!(
                "{wire}{}{}",
                source("id = \"a\"\nurl = \"https://a.example/\""),
                source("id = \"a\"\nurl = \"https://b.example/\"")
            ),
        ),
        (
            "one_address_in_two_spellings",
            &format!(
                "{wire}{}{}",
                source("url = \"http://A.example:80/%7Ex?k=hunter2\""),
                source("url = \"https://a.example/~x?k=hunter2\"")
            ),
        ),
        (
            "two_topics_of_one_slug",
            &format!("{wire}[[topic]]\nname = \"Häfen\"\n[[topic]]\nname = \"Hafen\"\n"),
        ),
        ("one_key_twice", "[wire]\ntitle = \"x\"\ntitle = \"y\"\n"),
        ("one_table_twice", "[wire]\ntitle = \"x\"\n[poll]\n[wire]\n"),
        (
            "listen_twice",
            &format!("{wire}[server]\nlisten = \"127.0.0.1:1\"\nops_listen = \"127.0.0.1:1\"\n"),
        ),
    ]);
    insta::assert_snapshot!(told);
}

#[test]
fn ids_patterns_and_headers_are_told_with_what_to_write() {
    let with = |more: &str| {
        format!("[wire]\ntitle = \"x\"\n[[source]]\nurl = \"https://example.org/\"\n{more}\n")
    };
    let told = told(&[
        ("id_with_capitals", &with("id = \"My Feed\"")),
        (
            "id_too_long",
            &with(&format!("id = \"{}\"", "a".repeat(65))),
        ),
        ("pattern_unclosed", &with("match = ['(a']")),
        ("pattern_with_look_ahead", &with("block = ['a(?=b)']")),
        (
            "pattern_huge_once_compiled",
            &with(r"match = ['(\w{100}){100}']"),
        ),
        (
            "header_variable_missing",
            &with("headers = { Authorization = \"env:EXAMPLE_TOKEN\" }"),
        ),
        (
            "header_name_with_space",
            &with("headers = { \"X Y\" = \"hunter2\" }"),
        ),
        (
            "header_of_the_poller",
            &with("headers = { User-Agent = \"hunter2\" }"),
        ),
        (
            "header_value_of_two_lines",
            &with("headers = { X-A = \"hunter2\\nX-B: c\" }"),
        ),
        ("header_value_no_text", &with("headers = { X-A = 7 }")),
        (
            "headers_no_table",
            &with("headers = \"Authorization: hunter2\""),
        ),
        ("topic_without_letters", &with("topics = [\"★\"]")),
        (
            "private_address",
            "[wire]\ntitle = \"x\"\n[[source]]\nurl = \"http://192.168.1.1/feed\"\n",
        ),
    ]);
    insta::assert_snapshot!(told);
}

#[test]
fn what_is_not_built_yet_is_refused_by_name() {
    let told = told(&[
        (
            "signing_key",
            "[wire]\ntitle = \"x\"\nsigning_key = \"hunter2\"\n",
        ),
        (
            "proxy",
            "[wire]\ntitle = \"x\"\n[poll]\nproxy = \"http://me:hunter2@proxy.example/\"\n",
        ),
        (
            "ca_file",
            "[wire]\ntitle = \"x\"\n[poll]\nca_file = \"ca.pem\"\n",
        ),
        (
            "postgres",
            "[wire]\ntitle = \"x\"\n[store]\ndatabase = \"postgres://me:hunter2@db.example/wire?sslkey=hunter2\"\n",
        ),
        (
            "mysql",
            "[wire]\ntitle = \"x\"\n[store]\ndatabase = \"mysql://me:hunter2@db.example/wire\"\n",
        ),
    ]);
    insta::assert_snapshot!(told);
}

#[test]
fn text_that_is_no_toml_is_told_without_its_secrets() {
    let long = format!(
        "[wire]\ntitle = \"{}\" token = \"hunter2\"\n",
        "long ".repeat(40)
    );
    let told = told(&[
        (
            "text_unclosed",
            "[wire]\ntitle = \"Wire\n[poll]\nevery = \"5m\"\n",
        ),
        ("text_without_quotes", "[wire]\ntitle = Press wire\n"),
        ("colon_for_equals", "[wire]\ntitle: \"Wire\"\n"),
        ("half_written", "[wire]\ntitle = \"Wire\"\n[[sour"),
        (
            "secret_header_unclosed",
            "[wire]\ntitle = \"x\"\n[[source]]\nurl = \"https://example.org/\"\nheaders = { Authorization = \"Bearer hunter2 }\n",
        ),
        (
            "secret_header_unquoted",
            "[wire]\ntitle = \"x\"\n[source.headers]\nX-Key = hunter2\n",
        ),
        (
            "secret_token_unquoted",
            "[wire]\ntitle = \"x\"\nadmin_token = hunter2\n",
        ),
        (
            "secret_in_a_query",
            "[wire]\ntitle = \"x\"\n[[source]]\nurl = \"https://me:hunter2@example.org/feed?key=hunter2\n",
        ),
        ("secret_behind_a_long_line", &long),
        ("escape_unknown", "[wire]\ntitle = \"C:\\Wire\"\n"),
        (
            "two_faults_on_two_lines",
            "[wire]\ntitle = \n[poll]\nevery = 5 m\n",
        ),
        ("control_character", "[wire]\ntitle = \"\u{1b}[31mred\"\n"),
        (
            "conflict_marks_of_git",
            "[wire]\n<<<<<<< HEAD\ntitle = \"a\"\n=======\ntitle = \"b\"\n>>>>>>> main\n",
        ),
    ]);
    insta::assert_snapshot!(told);
}

#[test]
fn bytes_that_are_no_utf8_are_told_with_their_line() {
    let (folder, loaded) = load_with(b"[wire]\ntitle = \"M\xfcnchen\"\n", &[]);
    let said = loaded.expect_err("refused").render(false);
    let told = said.replace(&format!("{}/", folder.path().display()), "");
    insta::assert_snapshot!(told);
}

#[test]
fn file_that_is_not_there_is_told_with_where_to_look() {
    let errors = config::load(Path::new("/nowhere/feeds.toml"), &|_| None).expect_err("refused");
    insta::assert_snapshot!(errors.render(false));
}

#[test]
fn smallest_file_holds_the_documented_defaults() {
    let config = accepted("");
    assert_eq!(config.wire.url.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(config.wire.items, 50);
    assert_eq!(config.poll.rhythm, Rhythm::Every(Duration::from_secs(1800)));
    assert_eq!(config.poll.max_size_bytes, 10_000_000);
    assert_eq!(
        config.store.keep_unrelated,
        Duration::from_secs(90 * 86_400)
    );
    assert!(config.store.database.is_absolute());
    assert!(config.store.database.ends_with("store/presswire.db"));
    assert!(config.admin_token.is_none());
}

#[test]
fn byte_order_mark_is_no_fault() {
    assert!(load("\u{feff}[wire]\ntitle = \"x\"\n").is_ok());
}

#[test]
fn source_without_id_is_named_by_name_or_host_made_free() {
    let config = accepted(
        "[[source]]\nurl = \"https://www.example.org/1\"\n[[source]]\nurl = \"https://example.org/2\"\n[[source]]\nurl = \"https://example.org/3\"\nname = \"Größte Zeitung\"\n[[source]]\nid = \"example-org\"\nurl = \"https://example.org/4\"\n",
    );
    let ids: Vec<&str> = config
        .sources
        .iter()
        .map(|source| source.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "example-org-2",
            "example-org-3",
            "grosste-zeitung",
            "example-org"
        ]
    );
    let given: Vec<bool> = config
        .sources
        .iter()
        .map(|source| source.id_given)
        .collect();
    assert_eq!(given, [false, false, false, true]);
}

#[test]
fn five_fields_of_cron_begin_at_second_nought() {
    let config = accepted(
        "[poll]\ncron = \"*/30 * * * *\"\n[[source]]\nurl = \"https://example.org/\"\ncron = \"0 0 8 * * MON-FRI\"\n",
    );
    assert_eq!(config.poll.rhythm, Rhythm::Cron("0 */30 * * * *".into()));
    assert_eq!(
        config.sources[0].rhythm,
        Some(Rhythm::Cron("0 0 8 * * MON-FRI".into()))
    );
}

#[test]
fn patterns_match_whatever_the_case() {
    let config =
        accepted("[[source]]\nurl = \"https://example.org/\"\nmatch = ['казах', 'STREIK']\n");
    let hits = |text: &str| {
        config.sources[0]
            .matches
            .iter()
            .any(|pattern| pattern.is_match(text))
    };
    assert!(hits("Казахстан") && hits("Ein Streik"));
    assert!(!hits("Kasachstan"));
}

#[test]
fn environment_overrules_the_file() {
    let text = b"[wire]\ntitle = \"x\"\nurl = \"https://a.example/\"\n[server]\nlisten = \"127.0.0.1:1\"\n[store]\npath = \"a\"\n";
    let (folder, loaded) = load_with(
        text,
        &[
            ("PRESSWIRE_LISTEN", "0.0.0.0:8080"),
            ("PRESSWIRE_URL", "https://b.example/wire"),
            ("PRESSWIRE_STORE", "/var/lib/presswire"),
            ("PRESSWIRE_DATABASE", "sqlite:x.db"),
            ("PRESSWIRE_LOG", "info,presswire::poll=debug"),
            ("PRESSWIRE_LOG_FORMAT", "json"),
            ("PRESSWIRE_ADMIN_TOKEN", ""),
        ],
    );
    let (config, warnings) = loaded.expect("accepted");
    assert_eq!(config.server.listen.to_string(), "0.0.0.0:8080");
    assert_eq!(config.wire.url.as_str(), "https://b.example/wire/");
    assert_eq!(config.store.path, Path::new("/var/lib/presswire"));
    assert_eq!(config.store.database, folder.path().join("x.db"));
    assert!(config.log.json);
    assert_eq!(
        config.log.filter.as_deref(),
        Some("info,presswire::poll=debug")
    );
    assert!(config.admin_token.is_none(), "an empty token is none");
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn secrets_come_from_files_that_the_environment_names() {
    use secrecy::ExposeSecret;
    let secrets = tempfile::tempdir().expect("a folder");
    let file = secrets.path().join("token");
    std::fs::write(&file, "0123456789abcdef0123\n").expect("written");
    let file = file.display().to_string();
    let text = b"[wire]\ntitle = \"x\"\n[[source]]\nurl = \"https://example.org/\"\nheaders = { Authorization = \"env:EXAMPLE\" }\n";
    let (_folder, loaded) = load_with(
        text,
        &[
            ("PRESSWIRE_ADMIN_TOKEN_FILE", &file),
            ("EXAMPLE_FILE", &file),
        ],
    );
    let (config, _) = loaded.expect("accepted");
    let token = config.admin_token.expect("a token");
    assert_eq!(token.expose_secret(), "0123456789abcdef0123");
    assert_eq!(
        config.sources[0].headers[0].1.expose_secret(),
        "0123456789abcdef0123"
    );
}

#[test]
fn variables_that_cannot_be_are_told_by_name() {
    let text = b"[wire]\ntitle = \"x\"\n";
    let (folder, loaded) = load_with(
        text,
        &[
            ("PRESSWIRE_LISTEN", "everywhere"),
            ("PRESSWIRE_URL", "wire.example"),
            ("PRESSWIRE_DATABASE", "postgres://me:hunter2@db/x"),
            ("PRESSWIRE_LOG", "presswire=loud"),
            ("PRESSWIRE_LOG_FORMAT", "xml"),
            ("PRESSWIRE_STORE", "a"),
            ("PRESSWIRE_STORE_FILE", "b"),
            ("PRESSWIRE_ADMIN_TOKEN_FILE", "/nowhere/token"),
        ],
    );
    let said = loaded.expect_err("refused").render(false);
    assert!(!said.contains("hunter2"));
    let told = said.replace(&format!("{}/", folder.path().display()), "");
    insta::assert_snapshot!(told);
}

#[test]
fn public_address_that_nobody_can_follow_is_warned_of() {
    let (_folder, loaded) = load_with(
        b"[wire]\ntitle = \"x\"\n",
        &[("PRESSWIRE_LISTEN", "0.0.0.0:8080")],
    );
    let (config, warnings) = loaded.expect("accepted");
    assert_eq!(config.wire.url.as_str(), "http://0.0.0.0:8080/");
    assert!(
        warnings[0].message.contains("nobody can follow"),
        "{warnings:?}"
    );
}

#[test]
fn thirty_thousand_sources_are_read_quickly() {
    let mut text = String::from("[wire]\ntitle = \"x\"\n");
    for number in 0..30_000 {
        writeln!(
            text,
            "[[source]]\nurl = \"https://example.org/{number}\"\nmatch = ['a.*b']"
        )
        .expect("a string takes all");
    }
    let started = Instant::now();
    let (config, _) = load(&text).expect("accepted");
    assert_eq!(config.sources.len(), 30_000);
    // Unoptimised and beside other tests it takes well under 2 s; quadratic work takes minutes.
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
    let ids: HashMap<&str, ()> = config
        .sources
        .iter()
        .map(|source| (source.id.as_str(), ()))
        .collect();
    assert_eq!(ids.len(), 30_000);
}

#[test]
fn thirty_thousand_faults_are_counted_and_a_hundred_shown() {
    let text = format!(
        "[wire]\ntitle = \"x\"\n{}",
        "[[source]]\nurl = \"example.org\"\n".repeat(30_000)
    );
    let errors = load(&text).expect_err("refused");
    assert_eq!((errors.errors(), errors.faults.len()), (30_000, 100));
}

#[test]
fn depth_bombs_and_endless_comments_do_no_harm() {
    assert!(
        load(&format!(
            "a = {}1{}\n",
            "[".repeat(100_000),
            "]".repeat(100_000)
        ))
        .is_err()
    );
    assert!(load(&format!("{}a = 1\n", "{a=".repeat(100_000))).is_err());
    assert!(load(&format!("a{} = 1\n", ".a".repeat(100_000))).is_err());
    assert!(
        load(&format!(
            "[wire]\ntitle = \"x\"\n# {}\n",
            "c".repeat(4_000_000)
        ))
        .is_ok()
    );
    let long = load(&format!("[wire]\ntitle = \"{}\nx", "c".repeat(250_000)))
        .expect_err("refused")
        .render(false);
    assert!(long.len() < 2_000, "{} bytes", long.len());
}

#[test]
fn keep_all_and_labels_are_read() {
    let config = accepted(
        "[[source]]\nurl = \"https://example.org/\"\nkeep = \"all\"\ntopics = [\"Öl & Gas\", \"oel\", \"Ol-Gas\"]\n",
    );
    assert_eq!(config.sources[0].keep, Keep::All);
    let slugs: Vec<&str> = config.sources[0]
        .topics
        .iter()
        .map(|(slug, _)| slug.as_str())
        .collect();
    assert_eq!(slugs, ["ol-gas", "oel"]);
}

/// The shipped file with the lines uncommented that begin with one of `marks`, without those that
/// `but` names.
fn shipped(marks: &[&str], but: &[&str]) -> String {
    let text = include_str!("../../feeds.toml");
    let lines = text.lines().filter_map(|line| {
        let bare = marks
            .iter()
            .find_map(|mark| line.strip_prefix(mark))
            .unwrap_or(line);
        (!but.iter().any(|key| bare.starts_with(&format!("{key} =")))).then_some(bare)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// All but what depends on where the file stands.
fn values(config: &Config) -> String {
    let Config {
        path,
        wire,
        server,
        store,
        poll,
        related,
        topics,
        sources,
        ..
    } = config;
    let here = path.parent().expect("a folder").display().to_string();
    format!("{wire:#?}{server:#?}{store:#?}{poll:#?}{related:#?}{topics:#?}{sources:#?}")
        .replace(&here, "")
}

#[test]
fn shipped_file_is_accepted_without_a_warning() {
    let (config, warnings) = load(&shipped(&[], &[])).expect("accepted");
    assert!(warnings.is_empty(), "{warnings:?}");
    assert!(config.sources.len() >= 5 && config.topics.len() >= 2);
}

#[test]
fn defaults_that_the_shipped_file_shows_are_those_in_force() {
    let (as_shipped, _) = load(&shipped(&[], &[])).expect("accepted");
    let (spelled_out, _) = load(&shipped(&["#= "], &[])).expect("accepted");
    // `every` of [poll] holds for sources too; spelling a rhythm out there is another value.
    assert_eq!(values(&as_shipped), values(&spelled_out));
}

#[test]
fn examples_of_the_shipped_file_are_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("wire.css"), "").expect("written");
    for but in ["cron", "every"] {
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, shipped(&["#= ", "#? "], &[but])).expect("written");
        let loaded = config::load(&path, &|_| None);
        assert!(
            loaded.is_ok(),
            "{}",
            loaded.expect_err("refused").render(false)
        );
    }
}

#[test]
fn shipped_file_shows_every_key_in_its_table_with_its_default() {
    let schema = config::schema();
    let text = include_str!("../../feeds.toml");
    let mut table = String::new();
    let mut shown: HashMap<(String, String), String> = HashMap::new();
    for line in text.lines() {
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']).to_owned();
        } else if let Some((key, rest)) = line
            .trim_start_matches(['#', '=', '?', ' '])
            .split_once(" = ")
        {
            shown
                .entry((table.clone(), key.to_owned()))
                .or_insert(format!("{}{rest}", &line[..1]));
        }
    }
    for later in [
        ("wire", "signing_key"),
        ("poll", "proxy"),
        ("poll", "ca_file"),
    ] {
        let line = &shown[&(later.0.to_owned(), later.1.to_owned())];
        assert!(line.contains("not yet"), "{later:?}: {line}");
    }
    for (table, rules) in schema["properties"].as_object().expect("tables") {
        let rules = rules.get("items").unwrap_or(rules);
        for (key, rule) in rules["properties"].as_object().expect("keys") {
            let line = shown.get(&(table.clone(), key.clone()));
            let line = line.unwrap_or_else(|| panic!("feeds.toml does not show {key} of {table}"));
            let Some(default) = rule.get("default").filter(|_| line.starts_with('#')) else {
                continue;
            };
            let value: toml::Table = format!("value = {}", &line[1..]).parse().expect("TOML");
            assert_eq!(
                &serde_json::to_value(&value["value"]).expect("JSON"),
                default,
                "{key} of {table}"
            );
        }
    }
}

#[test]
fn schema_knows_the_keys_that_are_accepted_and_no_others() {
    let schema = config::schema();
    assert_eq!(schema["required"], serde_json::json!(["wire"]));
    assert_eq!(
        schema["properties"]["source"]["items"]["required"],
        serde_json::json!(["url"])
    );
    assert!(
        schema["properties"]["poll"]["properties"]
            .get("proxy")
            .is_none()
    );
    insta::assert_json_snapshot!("schema", schema);
}
