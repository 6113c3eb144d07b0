"""Encryption at rest: keys, passphrases, and turning a store from plain to encrypted and back."""

from __future__ import annotations

import json
from pathlib import Path

import keyring.backend
import keyring.errors
import pytest

from crmdesk.errors import BugError, KnownError
from crmdesk.store import backup, driver, encryption, failures, keys, maintenance, place
from crmdesk.store.keyfile import KeyFile
from tests.unit.store.smallstore import add, filled, make, names, reopen, snapshot, tokens

PASSPHRASE = "correct horse battery 电池"


class MemoryVault(keyring.backend.KeyringBackend):
    """A keyring of this test alone."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.secrets.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not there")


class NoVault(MemoryVault):
    """A system without a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.NoKeyringError("none")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.NoKeyringError("none")


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


def _secret_store(path: Path, vault: keys.Vault, passphrase: str | None = PASSPHRASE) -> Path:
    key = keys.new_key()
    keys.enrol(path, key, passphrase, vault)
    return filled(path, 200, key=key)


def _contains(path: Path, text: bytes) -> bool:
    return path.is_file() and text in path.read_bytes()


def test_a_store_made_encrypted_shows_nothing_of_its_content(
    tmp_path: Path, vault: MemoryVault
) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    assert place.read_header(path).encrypted
    assert not _contains(path, b"firm")
    with reopen(path, key=keys.find(path, vault)) as store, store.write() as connection:
        add(connection, "firm under way")
        assert not _contains(Path(f"{path}-wal"), b"firm")
    with reopen(path, key=keys.find(path, vault)) as store:
        assert len(names(store)) == 201
        assert store.key is not None
        assert maintenance.problems(store.connections) == []


def test_the_key_is_shown_nowhere(tmp_path: Path, vault: MemoryVault) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    key = keys.find(path, vault)
    shown = KeyFile.path_of(path).read_text(encoding="utf-8") + repr(key)
    assert key.raw.hex() not in shown
    assert PASSPHRASE not in shown


def test_without_or_with_a_wrong_key_it_stays_shut(tmp_path: Path, vault: MemoryVault) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    before = snapshot(tmp_path)
    with pytest.raises(failures.WrongKey, match="is encrypted"):
        reopen(path)
    with pytest.raises(failures.WrongKey, match="not the one"):
        reopen(path, key=keys.new_key())
    assert snapshot(tmp_path) == before


def test_a_right_key_and_a_damaged_first_page_are_told_apart(
    tmp_path: Path, vault: MemoryVault
) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    with path.open("r+b") as file:
        file.seek(500)
        file.write(b"damage")
    before = snapshot(tmp_path)
    with pytest.raises(failures.StoreDamaged, match="key is right"):
        reopen(path, key=keys.find(path, vault))
    with pytest.raises(failures.WrongKey):
        reopen(path, key=keys.new_key())
    assert snapshot(tmp_path) == before


def test_damage_in_an_encrypted_page_is_found(tmp_path: Path, vault: MemoryVault) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 2000)
        was = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([was[0] ^ 1]))
    with reopen(path, key=keys.find(path, vault)) as store:
        assert any("HMAC" in line for line in maintenance.problems(store.connections))


def test_the_passphrase_opens_where_the_keyring_has_no_key(
    tmp_path: Path, vault: MemoryVault
) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    elsewhere = MemoryVault()
    with pytest.raises(failures.WrongKey, match="no key"):
        keys.find(path, elsewhere)
    with pytest.raises(failures.WrongKey, match="passphrase is not"):
        keys.find(path, elsewhere, PASSPHRASE + "x")
    assert keys.find(path, elsewhere, PASSPHRASE) == keys.find(path, vault)
    # From now on the keyring has it.
    assert keys.find(path, elsewhere) == keys.find(path, vault)


def test_a_keyring_with_another_key_under_the_name_is_not_believed(
    tmp_path: Path, vault: MemoryVault
) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    for value in ("no hex", "abcd", "ab" * 32):
        vault.secrets = dict.fromkeys(vault.secrets, value)
        with pytest.raises(failures.WrongKey):
            keys.find(path, vault)


def test_a_system_without_keyring_needs_the_passphrase_each_time(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with pytest.raises(KnownError, match="no keyring"):
        keys.enrol(path, keys.new_key(), None, NoVault())
    assert not KeyFile.path_of(path).exists()
    _secret_store(path, NoVault())
    with pytest.raises(failures.WrongKey):
        keys.find(path, NoVault())
    with reopen(path, key=keys.find(path, NoVault(), PASSPHRASE)) as store:
        assert len(names(store)) == 200


def test_the_key_file_missing_damaged_or_greedy(tmp_path: Path, vault: MemoryVault) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    beside = KeyFile.path_of(path)
    good = beside.read_text(encoding="utf-8")
    for bad in ("", "[]", "{}", good.replace("argon2id", "md5"), good[:-20]):
        beside.write_text(bad, encoding="utf-8")
        with pytest.raises(failures.WrongKey, match="damaged"):
            keys.find(path, vault)
    content = json.loads(good)
    content["recovery"]["memory_kib"] = 1 << 30
    beside.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(failures.WrongKey, match="more work"):
        keys.find(path, vault, PASSPHRASE)
    content = json.loads(good)
    content["check"] = "0" * 64
    beside.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(failures.WrongKey):
        keys.find(path, vault, PASSPHRASE)
    beside.unlink()
    with pytest.raises(failures.WrongKey, match="missing"):
        keys.find(path, vault)


def test_the_passphrase_can_be_changed(tmp_path: Path, vault: MemoryVault) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    key = keys.find(path, vault)
    keys.change_passphrase(path, key, "another passphrase")
    assert keys.find(path, NoVault(), "another passphrase") == key
    with pytest.raises(failures.WrongKey):
        keys.find(path, NoVault(), PASSPHRASE)
    with pytest.raises(failures.WrongKey):
        keys.change_passphrase(path, keys.new_key(), PASSPHRASE)


def test_a_passphrase_too_short_is_refused() -> None:
    with pytest.raises(KnownError, match="fewer than 8"):
        keys.seal(keys.new_key(), "short")
    with pytest.raises(BugError):
        driver.StoreKey(b"short")


# ------------------------------------------------------------------ converting


def test_encrypting_keeps_everything_and_leaves_nothing_plain(
    tmp_path: Path, vault: MemoryVault
) -> None:
    path = filled(tmp_path / "a.sqlite3")
    with reopen(path) as store:
        before, stream = names(store), store.stream
        with store.reader() as reader:
            plain = backup.schema_of(reader)
    done = encryption.encrypt(path, PASSPHRASE, vault)
    assert done.left_plain == ()
    assert place.read_header(path).encrypted
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not [file for file in files if _contains(file, b"firm")]
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == [
        "a.sqlite3",
        "a.sqlite3.key.json",
    ]
    with reopen(path, key=keys.find(path, vault)) as store:
        assert names(store) == before
        assert store.stream == stream
        with store.reader() as reader:
            assert backup.schema_of(reader) == plain
            assert reader.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        with store.write() as connection:
            add(connection, "zz")
    with reopen(path, key=keys.find(path, vault, PASSPHRASE)) as store:
        assert len(names(store)) == 201


def test_every_kind_of_table_is_converted(tmp_path: Path, vault: MemoryVault) -> None:
    path = filled(tmp_path / "a.sqlite3", 3)
    raw = driver.connect(path)
    raw.executescript(
        """
        CREATE TABLE odd (id TEXT PRIMARY KEY, up TEXT REFERENCES odd (id)
            DEFERRABLE INITIALLY DEFERRED, loud TEXT AS (upper(id)) VIRTUAL) STRICT;
        CREATE TABLE log (n INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
        CREATE TABLE bare (a TEXT PRIMARY KEY, b TEXT) WITHOUT ROWID;
        CREATE VIRTUAL TABLE words USING fts5(a, content='', tokenize='trigram');
        CREATE TRIGGER odd_in AFTER INSERT ON odd BEGIN INSERT INTO log (what) VALUES (new.id); END;
        CREATE VIEW seen AS SELECT loud FROM odd;
        BEGIN;
        INSERT INTO odd (id, up) VALUES ('first', 'second'), ('gone', NULL), ('second', NULL);
        DELETE FROM odd WHERE id = 'gone';
        DELETE FROM log WHERE n > 1;
        INSERT INTO bare VALUES ('k', 'v');
        INSERT INTO words (rowid, a) VALUES (7, 'Hamburg');
        COMMIT;
        """
    )
    raw.close()
    encryption.encrypt(path, PASSPHRASE, vault)
    with reopen(path, key=keys.find(path, vault)) as store:
        with store.write() as connection:
            connection.exec_driver_sql("INSERT INTO log (what) VALUES ('next')")
        with store.reader() as reader:
            content = {
                query: [tuple(row) for row in reader.exec_driver_sql(query)]
                for query in (
                    "SELECT rowid, loud FROM odd ORDER BY rowid",
                    "SELECT n, what FROM log",
                    "SELECT * FROM bare",
                    "SELECT rowid FROM words WHERE words MATCH 'burg'",
                    "SELECT count(*) FROM seen",
                )
            }
        assert list(content.values()) == [
            [(1, "FIRST"), (3, "SECOND")],
            [(1, "first"), (4, "next")],
            [("k", "v")],
            [(7,)],
            [(2,)],
        ]
        assert maintenance.problems(store.connections) == []


def test_what_is_only_in_the_log_is_encrypted_too(tmp_path: Path, vault: MemoryVault) -> None:
    path = filled(tmp_path / "a.sqlite3", 3)
    # A program that died leaves its log behind: copy one away while it is open.
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with reopen(path) as store:
        with store.write() as connection:
            add(connection, "only in the log")
        for end in ("", "-wal"):
            (crashed / f"a.sqlite3{end}").write_bytes(Path(f"{path}{end}").read_bytes())
    target = crashed / "a.sqlite3"
    assert not _contains(target, b"only in the log")
    encryption.encrypt(target, PASSPHRASE, vault)
    assert not Path(f"{target}-wal").exists()
    with reopen(target, key=keys.find(target, vault), tokens=tokens(crashed / "x")) as store:
        assert "only in the log" in names(store)


def test_decrypting_brings_back_a_plain_store(tmp_path: Path, vault: MemoryVault) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    done = encryption.decrypt(path, keys.find(path, vault), vault)
    assert done.key is None
    assert not place.read_header(path).encrypted
    assert not KeyFile.path_of(path).exists()
    assert vault.secrets == {}
    with reopen(path) as store:
        assert len(names(store)) == 200
    with pytest.raises(KnownError, match="not encrypted"):
        encryption.decrypt(path, keys.new_key(), vault)


def test_what_stays_plain_beside_it_is_named(tmp_path: Path, vault: MemoryVault) -> None:
    path = filled(tmp_path / "a.sqlite3", 3)
    with reopen(path) as store:
        saved = store.back_up()
    attachments = tmp_path / "a.sqlite3.files"
    attachments.mkdir()
    assert encryption.encrypt(path, PASSPHRASE, vault).left_plain == (saved, attachments)
    with pytest.raises(KnownError, match="encrypted already"):
        encryption.encrypt(path, PASSPHRASE, vault)


def test_a_store_in_use_is_not_converted(tmp_path: Path, vault: MemoryVault) -> None:
    path = filled(tmp_path / "a.sqlite3", 3)
    with reopen(path) as store:
        before = names(store)
        with pytest.raises(failures.StoreLocked):
            encryption.encrypt(path, PASSPHRASE, vault, busy_ms=20)
        assert vault.secrets == {}
        assert not KeyFile.path_of(path).exists()
        with store.write() as connection:
            add(connection, "zz")
        assert names(store) == [*before, "zz"]
    with reopen(path) as store:
        assert names(store) == [*before, "zz"]


class _Stop(RuntimeError):
    """Injected."""


@pytest.mark.parametrize(
    "point",
    [
        "crmdesk.store.keys.enrol",
        "crmdesk.store.encryption._export",
        "crmdesk.store.backup.verify_copy",
        "crmdesk.store.encryption._compare_schema",
        "crmdesk.store.backup.sync_file",
        "crmdesk.store.encryption._put_in_place",
        "os.replace",
    ],
)
def test_a_failure_at_any_step_keeps_the_plain_store(
    tmp_path: Path, vault: MemoryVault, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    path = filled(tmp_path / "a.sqlite3", 30)
    before = snapshot(tmp_path)

    def stop(*_: object, **__: object) -> None:
        raise _Stop

    with monkeypatch.context() as patched:
        patched.setattr(point, stop)
        with pytest.raises(_Stop):
            encryption.encrypt(path, PASSPHRASE, vault)
    assert snapshot(tmp_path) == before
    assert vault.secrets == {}
    with reopen(path) as store:
        assert len(names(store)) == 30


def test_a_failure_after_the_new_file_is_in_place_keeps_its_key(
    tmp_path: Path, vault: MemoryVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path / "a.sqlite3", 30)

    def stop(_folder: Path) -> None:
        raise _Stop

    with monkeypatch.context() as patched:
        patched.setattr(backup, "sync_folder", stop)
        with pytest.raises(_Stop):
            encryption.encrypt(path, PASSPHRASE, vault)
    assert place.read_header(path).encrypted
    with reopen(path, key=keys.find(path, vault)) as store:
        assert len(names(store)) == 30
    assert keys.find(path, MemoryVault(), PASSPHRASE) == keys.find(path, vault)


def test_a_copy_that_lost_rows_is_not_taken(
    tmp_path: Path, vault: MemoryVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path / "a.sqlite3", 30)
    before = snapshot(tmp_path)
    export = encryption._export

    def lossy(source: object, target: Path, key: driver.StoreKey | None) -> None:
        export(source, target, key)  # type: ignore[arg-type]
        raw = driver.connect(target, key=key)
        raw.execute("DELETE FROM firm WHERE name LIKE 'firm 7%'")
        raw.close()

    monkeypatch.setattr(encryption, "_export", lossy)
    with pytest.raises(backup.BackupFailed, match="firm has 29 rows, not 30"):
        encryption.encrypt(path, PASSPHRASE, vault)
    assert snapshot(tmp_path) == before


def test_a_key_file_left_beside_a_plain_store_means_nothing(
    tmp_path: Path, vault: MemoryVault
) -> None:
    path = filled(tmp_path / "a.sqlite3", 3)
    keys.enrol(path, keys.new_key(), PASSPHRASE, vault)
    with reopen(path, key=keys.new_key()) as store:
        assert store.key is None
        assert len(names(store)) == 3


def test_backups_of_an_encrypted_store_open_with_its_key(
    tmp_path: Path, vault: MemoryVault
) -> None:
    path = _secret_store(tmp_path / "a.sqlite3", vault)
    key = keys.find(path, vault)
    with reopen(path, key=key) as store:
        saved = store.back_up()
    assert place.read_header(saved).encrypted
    assert keys.find(saved, MemoryVault(), PASSPHRASE) == key
    with reopen(saved, key=key) as store:
        assert len(names(store)) == 200


def test_a_store_made_in_one_go_with_make(tmp_path: Path) -> None:
    key = keys.new_key()
    with make(tmp_path / "a.sqlite3", key=key) as store:
        assert store.key == key
