"""Splits a person's page into parts that fit one private message on every platform."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.messages import Block, Card, Entry, Quote, Section, Text
from bot.core.plain_text import render_plain_card

PARTS, CHARACTERS = 28, 2_000
"""The most parts and characters of one page. A block with a button counts as three parts, as platforms do."""


def split_pages(blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
    """Return the blocks in pages. What stands under one heading stays together where it fits one page."""
    pages: list[list[Block]] = [[]]
    for section in _split_sections(blocks):
        if pages[-1] and not _fits([*pages[-1], *section]):
            pages.append([])
        for block in section:
            if pages[-1] and not _fits([*pages[-1], block]):
                pages.append([])
            pages[-1].append(block)
    return [tuple(page) for page in pages]


def _split_sections(blocks: Sequence[Block]) -> list[list[Block]]:
    sections: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, Section):
            sections.append([])
        sections[-1].append(block)
    return sections


def _fits(blocks: Sequence[Block]) -> bool:
    characters = sum(len(render_plain_card(Card((block,)))) for block in blocks)
    return sum(map(_count_parts, blocks)) <= PARTS and characters <= CHARACTERS


def _count_parts(block: Block) -> int:
    return 3 if isinstance(block, Quote | Entry | Text) and block.button is not None else 1
