"""What an account is short of, as EC2 asks when it acts and faults say: addresses of a subnet, the right to launch an image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Shortages:
    """Questions of one world. Nothing is short until `faults` puts its own answers here."""

    #: Free addresses of a subnet, when they are fewer than its records say; else None.
    addresses_left: Callable[[str], int | None] = lambda subnet_id: None
    #: One of them was taken.
    address_taken: Callable[[str], None] = lambda subnet_id: None
    #: An image belongs to another account, which does not share it.
    is_unshared: Callable[[str], bool] = lambda image_id: False
