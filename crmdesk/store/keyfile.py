"""The file beside an encrypted store that says which key it has, without the key.

It tells a wrong key from a damaged store, and keeps the key wrapped by the
recovery passphrase. Nothing here is secret, and a backup needs its copy.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmdesk import settings
from crmdesk.i18n import _
from crmdesk.store import failures
from crmdesk.store.driver import StoreKey

FORMAT = 1


@dataclass(frozen=True)
class Recovery:
    """The store's key sealed by a passphrase: argon2id's parameters and the sealed bytes.

    `memory` is in KiB. `salt`, `nonce` and `sealed` are bytes.
    """

    salt: bytes
    time: int
    memory: int
    lanes: int
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True)
class KeyFile:
    """The name of the key in the keyring, its check value, and the sealed key if there is one."""

    key_id: str
    check: str
    recovery: Recovery | None = None

    def fits(self, key: StoreKey) -> bool:
        """Whether this is the store's key."""
        return hmac.compare_digest(self.check, check_of(key))

    @staticmethod
    def path_of(store: Path) -> Path:
        """Where the key file of a store is."""
        return store.with_name(store.name + ".key.json")

    @classmethod
    def read(cls, store: Path) -> KeyFile | None:
        """The key file of a store, or None; raises WrongKey when it is damaged."""
        path = cls.path_of(store)
        try:
            return _from_json(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise failures.explain(error, path) or error from error
        except (ValueError, KeyError, TypeError) as error:
            raise failures.WrongKey(
                _("The key file {path} is damaged.").format(path=path),
                kept=_("The store was left as it was."),
                hint=_("Bring the key file back from a backup; every backup has a copy of it."),
            ) from error

    def write(self, store: Path) -> None:
        """Write the key file beside the store, whole or not at all."""
        content: dict[str, Any] = {"format": FORMAT, "key_id": self.key_id, "check": self.check}
        if self.recovery is not None:
            sealed = self.recovery
            content["recovery"] = {
                "kdf": "argon2id",
                "cipher": "chacha20-poly1305",
                "time": sealed.time,
                "memory_kib": sealed.memory,
                "lanes": sealed.lanes,
                "salt": sealed.salt.hex(),
                "nonce": sealed.nonce.hex(),
                "sealed": sealed.sealed.hex(),
            }
        settings.write_json(self.path_of(store), content)


def check_of(key: StoreKey) -> str:
    """A value that only this key has, from which it cannot be found."""
    return hmac.new(key.raw, b"crmdesk store key check", hashlib.sha256).hexdigest()


def _from_json(content: dict[str, Any]) -> KeyFile:
    if content["format"] != FORMAT:
        raise ValueError("a later format")
    recovery = None
    if (sealed := content.get("recovery")) is not None:
        if (sealed["kdf"], sealed["cipher"]) != ("argon2id", "chacha20-poly1305"):
            raise ValueError("unknown methods")
        recovery = Recovery(
            bytes.fromhex(sealed["salt"]),
            int(sealed["time"]),
            int(sealed["memory_kib"]),
            int(sealed["lanes"]),
            bytes.fromhex(sealed["nonce"]),
            bytes.fromhex(sealed["sealed"]),
        )
    return KeyFile(str(content["key_id"]), str(content["check"]), recovery)
