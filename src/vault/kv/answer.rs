//! A successful answer to a `Reading`.
//!
//! The only place of the network store where values are unpacked. An answer that is not what was
//! asked is a `Said`, never text: what was received must not reach a message.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::value::SecretValue;
use crate::vault::kv::facts::Versions;
use crate::vault::kv::history::Author;
use crate::vault::kv::said::{Said, said};
use crate::vault::kv::{Answer, Endpoint};
use crate::vault::rfc3339::Instant;
use crate::vault::{Ask, Contents, Depth, Reading, go_json, rfc3339};

/// `metadata` beside the data of one version.
#[derive(Deserialize)]
pub struct Metadata {
    /// Which version it is.
    pub version: u64,
    /// Its times.
    #[serde(flatten)]
    pub state: Versioned,
}

/// The state of one version.
#[derive(Deserialize)]
pub struct Versioned {
    /// The server's own text.
    pub created_time: String,
    /// Empty, or when it was or will be deleted.
    #[serde(default)]
    pub deletion_time: String,
    /// Cannot come back.
    #[serde(default)]
    pub destroyed: bool,
    /// Who wrote it; only in the list of versions, and not of every server.
    #[serde(default)]
    pub created_by: Option<Author>,
}

/// Reads an answer. `now` decides whether a version that only `metadata/` describes has expired.
pub fn interpret(
    ask: &Ask,
    endpoint: Endpoint,
    answer: &Answer,
    now: Instant,
) -> Result<Reading, Said> {
    let data = payload(answer)?;
    let reading = match endpoint {
        Endpoint::Data => of_data(ask, data)?,
        Endpoint::Subkeys => of_subkeys(data)?,
        Endpoint::Metadata => of_metadata(ask, data, now)?,
        Endpoint::Plain => of_plain(ask, data)?,
    };
    // A cache in between that ignores the query must not slip in another version.
    match (ask.version, reading.version) {
        (Some(asked), Some(got)) if asked != got => Err(FOREIGN),
        // it is about to stand in names and locks
        _ if reading
            .created
            .as_deref()
            .is_some_and(|time| rfc3339::parse(time).is_none()) =>
        {
            Err(FOREIGN)
        }
        _ => Ok(reading),
    }
}

/// `data` of a 200 that is neither a lease nor a login.
pub fn payload(answer: &Answer) -> Result<&RawValue, Said> {
    if answer.status != 200 {
        return Err(said(answer));
    }
    let envelope: Envelope = serde_json::from_slice(&answer.body).map_err(|_| FOREIGN)?;
    if !envelope.lease_id.is_empty() || envelope.auth.is_some() {
        return Err(Said::Leased);
    }
    envelope.data.ok_or(FOREIGN)
}

fn of_data(ask: &Ask, data: &RawValue) -> Result<Reading, Said> {
    let body: DataBody = parse(data)?;
    match body.data {
        Some(values) => Ok(body.metadata.reading(contents(ask, values)?)),
        None => Err(body.metadata.gone()),
    }
}

fn of_subkeys(data: &RawValue) -> Result<Reading, Said> {
    let body: SubkeysBody = parse(data)?;
    match body.subkeys {
        Some(keys) => Ok(body.metadata.reading(Contents::Keys(names(keys)?))),
        None => Err(body.metadata.gone()),
    }
}

fn of_metadata(ask: &Ask, data: &RawValue, now: Instant) -> Result<Reading, Said> {
    let versions: Versions = parse(data)?;
    let number = ask.version.unwrap_or(versions.current_version);
    let version = versions.versions.get(&number).ok_or(Said::Absent)?;
    if !version.is_live(now) {
        return Err(version.gone(number, versions.newest_live(now)));
    }
    Ok(Reading {
        version: Some(number),
        created: Some(version.created_time.clone()),
        contents: Contents::Unknown,
    })
}

fn of_plain(ask: &Ask, data: &RawValue) -> Result<Reading, Said> {
    let members = members(data)?;
    // `data/` in the path of a kv-v1 question reaches a kv-v2 engine's envelope.
    let is_envelope = members.len() == 2
        && members.contains_key("data")
        && members
            .get("metadata")
            .is_some_and(|raw| parse::<Metadata>(raw).is_ok());
    if is_envelope {
        return Err(Said::Versioned);
    }
    Ok(Reading {
        version: None,
        created: None,
        contents: contents(ask, data)?,
    })
}

impl Metadata {
    fn reading(self, contents: Contents) -> Reading {
        Reading {
            version: Some(self.version),
            created: Some(self.state.created_time),
            contents,
        }
    }
}

/// Values only where they were asked for; otherwise the names, and the values stay unread.
fn contents(ask: &Ask, object: &RawValue) -> Result<Contents, Said> {
    if ask.depth != Depth::Values {
        return Ok(Contents::Keys(names(object)?));
    }
    let values: Result<_, go_json::Unreadable> = members(object)?
        .into_iter()
        .map(|(name, value)| {
            let mut bytes = go_json::data_bytes(value)?;
            Ok((name, SecretValue::new(std::mem::take(&mut *bytes))))
        })
        .collect();
    Ok(Contents::Values(values.map_err(|_| FOREIGN)?))
}

fn names(object: &RawValue) -> Result<Vec<String>, Said> {
    Ok(members(object)?.into_keys().collect())
}

fn members(object: &RawValue) -> Result<BTreeMap<String, &RawValue>, Said> {
    go_json::members(object).map_err(|_| FOREIGN)
}

/// A body of `data` as what the endpoint promises.
pub fn parse<'a, T: Deserialize<'a>>(data: &'a RawValue) -> Result<T, Said> {
    serde_json::from_str(data.get()).map_err(|_| FOREIGN)
}

/// A body that is not the one of the endpoint.
const FOREIGN: Said = Said::Foreign { status: 200 };

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default)]
    lease_id: String,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    auth: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct DataBody<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct SubkeysBody<'a> {
    #[serde(borrow)]
    subkeys: Option<&'a RawValue>,
    metadata: Metadata,
}
