"""Keys of encrypted stores: made at random, kept in the system's keyring, sealed for recovery."""

from __future__ import annotations

import logging
import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import keyring
from argon2 import low_level
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.store import failures
from crmdesk.store.driver import KEY_BYTES, StoreKey
from crmdesk.store.keyfile import KeyFile, Recovery, check_of

log = logging.getLogger(__name__)

SERVICE = "crmdesk"
MINIMUM_PASSPHRASE = 8

# Without letters and figures that are taken for each other when read from paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 5, 5

# RFC 9106 §4, the second recommended choice (64 MiB), which old laptops can carry too.
_TIME, _MEMORY_KIB, _LANES = 3, 65536, 4
# A stranger's key file must not be able to take all memory or run for ever.
_MOST_TIME, _MOST_MEMORY_KIB, _MOST_LANES = 20, 1 << 20, 16


class Vault(Protocol):
    """Where keys are kept: the three functions of a `keyring` backend that are used."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the secret."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget the secret."""


def system_vault() -> Vault:
    """The system's keyring; where there is none its use fails and the passphrase is asked."""
    vault: Vault = keyring.get_keyring()
    return vault


def new_key() -> StoreKey:
    """A fresh random key."""
    return StoreKey(secrets.token_bytes(KEY_BYTES))


def new_passphrase() -> str:
    """A random recovery passphrase that can be written down: five groups, some 120 bits."""
    letters = (secrets.choice(_LETTERS) for _each in range(_GROUPS * _GROUP))
    whole = "".join(letters)
    return "-".join(whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))


def seal(key: StoreKey, passphrase: str) -> Recovery:
    """The key sealed by a passphrase of at least 8 characters; takes some 0.2 s and 64 MiB."""
    if len(passphrase) < MINIMUM_PASSPHRASE:
        raise KnownError(
            _("The recovery passphrase has fewer than {least} characters.").format(
                least=MINIMUM_PASSPHRASE
            ),
            kept=_("Nothing was changed."),
            hint=_("Choose a longer one, such as four or more random words."),
        )
    salt, nonce = os.urandom(16), os.urandom(12)
    outer = _derive(passphrase, salt, _TIME, _MEMORY_KIB, _LANES)
    sealed = ChaCha20Poly1305(outer).encrypt(nonce, key.raw, check_of(key).encode())
    return Recovery(salt, _TIME, _MEMORY_KIB, _LANES, nonce, sealed)


def unseal(file: KeyFile, passphrase: str) -> StoreKey:
    """The key that the passphrase opens; raises WrongKey."""
    recovery = file.recovery
    if recovery is None:
        raise failures.WrongKey(
            _("The store has no recovery passphrase."),
            kept=_("Nothing was changed."),
            hint=_("It opens on the computer whose keyring has its key."),
        )
    if (
        recovery.time > _MOST_TIME
        or recovery.memory > _MOST_MEMORY_KIB
        or recovery.lanes > _MOST_LANES
    ):
        raise failures.WrongKey(
            _("The key file asks for more work than CRMDesk ever writes into one."),
            kept=_("Nothing was changed."),
            hint=_("Bring the key file back from a backup."),
        )
    outer = _derive(passphrase, recovery.salt, recovery.time, recovery.memory, recovery.lanes)
    try:
        raw = ChaCha20Poly1305(outer).decrypt(recovery.nonce, recovery.sealed, file.check.encode())
    except InvalidTag as error:
        raise failures.WrongKey(
            _("The recovery passphrase is not the one of this store."),
            kept=_("Nothing was changed."),
            hint=_("Check capital letters and the keyboard's language, and try again."),
        ) from error
    return StoreKey(raw)


def enrol(store: Path, key: StoreKey, passphrase: str | None, vault: Vault) -> KeyFile:
    """Keep the key of a store: in the keyring, and sealed in the key file beside the store.

    Without a passphrase the keyring must take the key; with one it may refuse,
    and the passphrase is then asked at every opening. Raises KnownError.
    """
    recovery = seal(key, passphrase) if passphrase is not None else None
    file = KeyFile(f"store-{secrets.token_hex(8)}", check_of(key), recovery)
    try:
        if not keep(file, key, vault) and recovery is None:
            raise KnownError(
                _("This system has no keyring that keeps the key of the store."),
                kept=_("Nothing was changed."),
                hint=_("Give a recovery passphrase; the store then opens with it."),
            )
        file.write(store)
    except BaseException:
        forget(file, vault)
        raise
    return file


def change_passphrase(store: Path, key: StoreKey, passphrase: str) -> None:
    """Seal the store's key by another passphrase; backups keep the one that they were made with."""
    file = KeyFile.read(store)
    if file is None or not file.fits(key):
        raise failures.WrongKey(
            _("The key is not the one of the key file of {store}.").format(store=store),
            kept=_("Nothing was changed."),
        )
    replace(file, recovery=seal(key, passphrase)).write(store)


def keep(file: KeyFile, key: StoreKey, vault: Vault) -> bool:
    """Put the key into the keyring; whether it took it."""
    try:
        vault.set_password(SERVICE, file.key_id, key.raw.hex())
        return vault.get_password(SERVICE, file.key_id) == key.raw.hex()
    except Exception as error:
        # Backends also let errors of their own through, of D-Bus or of Windows.
        log.info("The keyring did not take the key: %s", error)
        return False


def find(store: Path, vault: Vault, passphrase: str | None = None) -> StoreKey:
    """The key of an encrypted store, from the keyring or opened by the passphrase.

    A key found by passphrase is put into the keyring for the next time. Raises
    WrongKey: no key file, none in the keyring, or not the store's.
    """
    file = KeyFile.read(store)
    if file is None:
        raise failures.WrongKey(
            _("{store} is no plain store, and its key file {file} is missing.").format(
                store=store, file=KeyFile.path_of(store).name
            ),
            kept=_("Nothing was changed."),
            hint=_("Bring the key file back from a backup; without it the store cannot be opened."),
        )
    if passphrase is not None:
        key = unseal(file, passphrase)
        keep(file, key, vault)
        return key
    kept = _kept(file, vault)
    if kept is None:
        raise failures.WrongKey(
            _("The keyring of this system has no key for the store {store}.").format(store=store),
            kept=_("Nothing was changed."),
            hint=_("Open it with its recovery passphrase."),
        )
    return kept


def forget(file: KeyFile, vault: Vault) -> None:
    """Take the key out of the keyring, where it is in there."""
    try:
        vault.delete_password(SERVICE, file.key_id)
    except Exception as error:
        # Not there, or no keyring: there is nothing to forget.
        log.info("The keyring had no key to forget: %s", error)


def _kept(file: KeyFile, vault: Vault) -> StoreKey | None:
    try:
        text = vault.get_password(SERVICE, file.key_id)
        raw = bytes.fromhex(text) if text else b""
    except Exception as error:
        log.info("The keyring did not give the key: %s", error)
        return None
    key = StoreKey(raw) if len(raw) == KEY_BYTES else None
    return key if key is not None and file.fits(key) else None


def _derive(passphrase: str, salt: bytes, time: int, memory: int, lanes: int) -> bytes:
    return low_level.hash_secret_raw(
        passphrase.encode("utf-8"),
        salt,
        time_cost=time,
        memory_cost=memory,
        parallelism=lanes,
        hash_len=KEY_BYTES,
        type=low_level.Type.ID,
    )
