//! Environment variables that overrule feeds.toml, and the secrets that it names by `env:NAME`.
//!
//! Every variable may instead name a file by NAME_FILE, as container secrets do. An empty one is as
//! good as none: compose files set what they do not know to nothing.

use super::fault::Severity;
use super::text::{Reading, Refusal};
use super::values::Parsed;
use std::borrow::Cow;
use toml::de::DeValue;

/// Where variables are looked up.
pub(super) struct Environment<'e>(pub(super) &'e dyn Fn(&str) -> Option<String>);

impl Environment<'_> {
    /// The value of `name`, or of the file that `NAME_FILE` names, without line ends behind it.
    pub(super) fn value(&self, name: &str) -> Parsed<Option<String>> {
        let of = |name: &str| (self.0)(name).filter(|value| !value.is_empty());
        let by_file = format!("{name}_FILE");
        match (of(name), of(&by_file)) {
            (Some(_), Some(_)) => Err(Refusal::new(
                format!("both {name} and {by_file} are set"),
                format!("unset one: {by_file} names a file that holds the value"),
            )),
            (Some(value), None) => Ok(Some(value)),
            (None, Some(file)) => match std::fs::read_to_string(&file) {
                Ok(value) => {
                    let value = value.trim_end_matches(['\r', '\n']);
                    Ok((!value.is_empty()).then(|| value.to_owned()))
                }
                Err(error) => Err(Refusal::new(
                    format!("{by_file}: {file} can't be read: {error}"),
                    "mount it, and see that this user may read it",
                )),
            },
            (None, None) => Ok(None),
        }
    }

    /// What the environment says instead of `given`, read like the key it overrules.
    pub(super) fn over<T>(
        &self,
        name: &str,
        given: Option<T>,
        reading: &mut Reading<'_>,
        parse: impl FnOnce(&DeValue<'_>) -> Parsed<T>,
    ) -> Option<T> {
        let parsed = self.value(name).and_then(|value| match value {
            None => Ok(None),
            Some(value) => parse(&DeValue::String(Cow::Owned(value)))
                .map(Some)
                .map_err(|refusal| {
                    Refusal::new(format!("{name}: {}", refusal.message), refusal.remedy)
                }),
        });
        match parsed {
            Ok(value) => value.or(given),
            Err(refusal) => {
                reading.without_place(Severity::Error, false, refusal);
                given
            }
        }
    }
}
