"""The cases of make-hash-vectors.py: what is put into Secrets and ConfigMaps, and the suffixes known before.

Knows nothing of hashing. A Secret is (comment, type, {key: bytes}), a ConfigMap (comment, {key: bytes}); both
are made from files, as a user makes them. Bytes that only have to be arbitrary come from `noise`, which is the
same on every machine and with every Python.
"""

import hashlib

UNICODE = "pässwörd-日本語-🔑".encode()
BINARY = b"\xff\xfe\x00\x01bin"
THREE = {"username": b"admin", "password": b"s3cr3t", "host": b"db.example.com"}

# Encoded, a line has 70 characters: 52.5 bytes. The lengths just below and above each multiple.
AROUND_WRAPS = sorted({n for k in (4, 5, 6, 8, 10, 20, 40) for n in range(k * 105 // 2 - 3, k * 105 // 2 + 5)})

TYPES = {
    "Opaque": ["anything"],
    "kubernetes.io/tls": ["tls.crt", "tls.key"],
    "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
    "kubernetes.io/dockercfg": [".dockercfg"],
    "kubernetes.io/basic-auth": ["username", "password"],
    "kubernetes.io/ssh-auth": ["ssh-privatekey"],
    "kubernetes.io/service-account-token": ["token", "ca.crt", "namespace"],
    "bootstrap.kubernetes.io/token": ["token-id", "token-secret", "usage-bootstrap-signing"],
    "helm.sh/release.v1": ["release"],
    "my-type": ["one"],
    "example.com/<a>&'b' \"c\" é": ["one"],
}

KNOWN_SECRETS = {
    "no keys": "46f8b28mk5",
    "one short value": "k695gkmbtk",
    "an empty value": "m64m72k7hb",
    "three keys": "2hdg26h29c",
    "a certificate": "2bk8c2k248",
    "a registry": "bm4mtdbm8c",
    "unicode": "t4db427fdd",
    "bytes that are no UTF-8": "h67mfd5tt4",
    "52 bytes of x, the first wrapped length": "h84dg9dfk9",
    "51 bytes of x, the last unwrapped length": "cb9787dh68",
    "105 bytes of y, two full lines": "f6kg5t26d5",
    "white space at both ends": "6mb2c67699",
    "values with = and nothing": "hk7mgddhf7",
    "a database account": "82c2g5f8f6",
}

KNOWN_CONFIGMAPS = {
    "no keys": "6ct58987ht",
    "one short value": "4h2mbtbbt6",
    "three keys": "hkd969fcmc",
    "unicode": "fkhghc5h9g",
    "bytes that are no UTF-8": "5g54hf6h8t",
    "text and bytes": "t8965k4c4c",
    "what Go escapes for HTML": "t9h5ff9ftg",
    "line and paragraph separator": "h8dft7khcm",
    "Windows line ends": "gt9tt6248c",
    "a database account": "g5f6t456f5",
}

# What a YAML reader or printer could take for something else than this text.
TEXTS = [
    "true", "no", "y", "null", "~", "2", "0644", "0x1F", "1e3", "1.0", ".nan", "2026-11-01", "12:30:45", "=", "<<",
    "- a", "a: b", "{a: b}", "[a]", "# no comment", "'", '"', "\\", "|", ">", "*a", "&a", "!a", "%a", "@a", "`a`",
    "---\n", "...\n", "a\n---\nb\n", "\t", " ", "\n", "\n\n", " a", "a ", "a\n", "a\n\n\n", "\na", "  a\n b\n", "\ta\n",
    "a\rb", "\r", "\r\n", "a\r\nb", "a\n\r\nb\r", "\ufeffa", "\u0085", "\u00a0", "\u200b", "\u2028", "\u2029",
    "\u007f", "\u0080", "\u009f", "\ufffd", "\ufffe", "\uffff", "\U0001f511", "\U0010ffff", "e\u0301", "é", "/",
    "</script>", "a&amp;b", "<>&", "\\u003c", "x" * 200, "word " * 60, "line\n" * 40, "é" * 90,
]

# Texts that kustomize hashes in a ConfigMap and then cannot read back from its own YAML: its build fails.
REFUSED_BY_KUSTOMIZE = ["\ta\n", "\u007f", "\u0080", "\u009f", "\ufffe", "\uffff"]


def noise(length, seed):
    """Arbitrary bytes, the same ones everywhere."""
    blocks = (hashlib.sha256(f"{seed}/{block}".encode()).digest() for block in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def of_both():
    """What a Secret and a ConfigMap may hold alike."""
    yield "no keys", {}
    yield "one short value", {"a": b"b"}
    yield "an empty value", {"a": b""}
    yield "three keys", THREE
    yield "unicode", {"v": UNICODE}
    yield "bytes that are no UTF-8", {"v": BINARY}
    yield "values with = and nothing", {"K1": b"v1", "K2": b"v=2", "K3": b""}
    yield "a database account", {"DB_USERNAME": b"admin", "DB_PASSWORD": b"somepw"}
    yield "white space at both ends", {"v": b"  trailing  \n\n"}
    # a key of digits alone is refused by kustomize itself: it reads its own output back as a number
    keys = ["a", "B", "_", "-", ".a", "0a", "10a", "9a", "a.b", "a-b", "a_b", "ab", "A"]
    yield "keys sort by bytes", {key: key.encode() for key in keys}
    yield "the longest key", {"k" * 253: b"v"}
    yield "forty keys", {f"key-{n}": noise(n, f"forty/{n}") for n in range(40)}
    for text in TEXTS:
        yield f"text {text[:12]!r}", {"v": text.encode()}


def secrets():
    """Every case of a Secret."""
    cases = [(comment, "Opaque", data) for comment, data in of_both()]
    cases += [
        ("a certificate", "kubernetes.io/tls", {"tls.crt": b"CERT\n", "tls.key": b"KEY\n"}),
        ("a registry", "kubernetes.io/dockerconfigjson", {".dockerconfigjson": b'{"auths":{}}'}),
        ("51 bytes of x, the last unwrapped length", "Opaque", {"v": b"x" * 51}),
        ("52 bytes of x, the first wrapped length", "Opaque", {"v": b"x" * 52}),
        ("105 bytes of y, two full lines", "Opaque", {"v": b"y" * 105}),
        ("64 KB", "Opaque", {"v": noise(65536, "large")}),
    ]
    for kind, keys in TYPES.items():
        for length in (0, 9, 51, 52, 300):
            data = {key: noise(length, f"{kind}/{key}") for key in keys}
            cases.append((f"type {kind}, {length} bytes a key", kind, data))
    for length in [*range(161), *AROUND_WRAPS]:
        cases.append((f"{length} random bytes", "Opaque", {"v": noise(length, f"length/{length}")}))
    for number in range(60):
        sizes = noise(8, f"several/{number}")[: 2 + number % 6]
        data = {f"k{place}": noise(size, f"several/{number}/{place}") for place, size in enumerate(sizes)}
        cases.append((f"{len(data)} keys of random lengths, number {number}", "Opaque", data))
    return cases


def configmaps():
    """Every case of a ConfigMap."""
    cases = [case for case in of_both() if case[1].get("v") not in [text.encode() for text in REFUSED_BY_KUSTOMIZE]]
    cases += [
        ("text and bytes", {"a": b"b", "v": BINARY}),
        ("what Go escapes for HTML", {"v": b"a<b>&c"}),
        ("line and paragraph separator", {"v": "a\u2028b\u2029c".encode()}),
        ("Windows line ends", {"v": b"a\r\nb\r\n"}),
        ("an application.yml", {"application.yml": b"server:\n  port: 8080 # <default>\n\tx: \"a\\b\"\n"}),
        ("the JSON of a dashboard", {"d.json": '{"title": "<Größe> & \\u2028", "n": [1, 2.5e3]}\n'.encode()}),
        ("a cut UTF-8 sequence", {"v": "a🔑".encode()[:-1]}),
        ("an overlong UTF-8 sequence", {"v": b"a\xc0\x80"}),
        ("a UTF-8 surrogate", {"v": b"a\xed\xa0\x80"}),
    ]
    cases += [(f"control character {code:#04x}", {"v": b"a" + bytes([code]) + b"b"}) for code in range(32)]
    for length in [*range(1, 120), *AROUND_WRAPS]:
        cases.append((f"{length} bytes that are no UTF-8", {"v": b"\xff" + noise(length - 1, f"length/{length}")}))
    return cases
