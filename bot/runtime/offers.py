"""Adds to a reply the buttons that depend on a long reading, after what the command saved is committed."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from bot.core.messages import Card, Form, Offer, Reply
from storage.engine.database import Database
from storage.engine.errors import StoreError

log = logging.getLogger(__name__)

SHARE_OF_PATIENCE = 4
"""The part of the time for an answer that an offer may take at most: one in this many."""


async def add_offers(
    database: Database, answer: Reply | Form | None, within: float, lane: str
) -> Reply | Form | None:
    """Return the answer with the buttons of its offers, if there is something behind them.

    What was saved is saved, so neither a slow database nor a fault keeps the answer back: without a
    result after `within` seconds there is no offer this time.
    """
    if not isinstance(answer, Reply) or not answer.offers:
        return answer
    until, card = time.monotonic() + within, answer.card
    for offer in answer.offers:
        if await _may_show_safely(database, offer, until - time.monotonic(), lane):
            card = Card(card.blocks, card.buttons + offer.buttons, card.menu)
    return replace(answer, card=card, offers=())


async def _may_show_safely(database: Database, offer: Offer, within: float, lane: str) -> bool:
    """Return whether an offer may be shown. A fault is logged and means that it may not."""
    try:
        return await _may_show(database, offer, within, lane)
    except StoreError as error:
        log.info("an offer was left out: %s", error)
    except Exception:
        log.exception("an offer failed")
    return False


async def _may_show(database: Database, offer: Offer, within: float, lane: str) -> bool:
    if offer.find is not None and (within <= 0 or not await database.read(offer.find, within)):
        return False
    return offer.record is None or await database.write(offer.record, within, lane)
