"""Answers for one endpoint: puts together what speaks HTTP, what reads questions, and what predicts."""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime import metrics
from jupyter_mlstudio.serving.runtime.batch import refusal_of
from jupyter_mlstudio.serving.runtime.capture import Recorder, recording
from jupyter_mlstudio.serving.runtime.counting import Counters
from jupyter_mlstudio.serving.runtime.delivery import Delivery
from jupyter_mlstudio.serving.runtime.gather import Gatherer
from jupyter_mlstudio.serving.runtime.http.body import too_large
from jupyter_mlstudio.serving.runtime.http.connection import Connection
from jupyter_mlstudio.serving.runtime.http.exchange import Exchange, Route
from jupyter_mlstudio.serving.runtime.http.head import Head, Heads, Router
from jupyter_mlstudio.serving.runtime.http.site import Patience, Site
from jupyter_mlstudio.serving.runtime.key import Key
from jupyter_mlstudio.serving.runtime.lane import Lane
from jupyter_mlstudio.serving.runtime.order import Order
from jupyter_mlstudio.serving.runtime.question import Observer
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.shadows import Shadows
from jupyter_mlstudio.serving.runtime.variants import Variants

SMALL = 64 * 1024
"""Bodies up to here are read in the event loop, larger ones if that is quick."""
LINGER = 1.0
"""For how long callers that keep their connection are told to close it, before it is closed for them."""
STEP = 0.02
DRAIN = 20.0
BACKLOG = 2048
STICKY = (b"x-session-id", b"x-amzn-sagemaker-session-id")
NO_DEPLOYMENT = 0


class Application:
    """One endpoint in one worker. Made and used in the event loop.

    Attributes:
        order: What the host last told.
        variants: The deployments in the traffic.
        site: What the connections share.
        counters: What was answered.
    """

    def __init__(
        self,
        order: Order,
        variants: Variants,
        routes: Sequence[Route] = (),
        observers: Sequence[Observer] = (),
        patience: Patience | None = None,
    ) -> None:
        self.order, self.variants = order, variants
        folder = Path(order.folder)
        self.key = Key(folder / "key")
        numbers = [variant.number for variant in order.variants]
        self.counters = Counters.create(folder / "run" / f"{os.getpid()}.counters", numbers)
        heads = Heads(Router((*metrics.ROUTES, *routes)))
        patience = patience or Patience(order.limits.seconds)
        self.site = Site(heads, order.limits.body, order.limits.connections, patience)
        self.site.take, self.site.objection, self.site.told = self.take, self._objection, self._told
        self._delivery = Delivery(self.site, self.counters, order.id)
        self._gatherer = Gatherer(self.site, self.counters, self._delivery, order.limits)
        self._own = list(observers)
        self._lane: Lane | None = None
        self._recorder: Recorder | None = None
        self._leaving = asyncio.Event()
        self._follow()

    @property
    def observers(self) -> list[Observer]:
        """Who is told of what was answered; may be changed."""
        return self._delivery.observers

    @property
    def stuck_for(self) -> float:
        """Seconds since the model was asked what it has not answered, and what nobody waits for any more."""
        return self._gatherer.stuck_for

    async def serve(self, listening: socket.socket, ready: Callable[[], None]) -> None:
        """Answer on a listening socket until told to leave, and until what was asked is answered."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self.site), sock=listening, backlog=BACKLOG)
        self._gatherer.gauge()
        ready()
        await self._leaving.wait()
        server.close()
        self.site.drain()
        await self._emptied(LINGER)
        for connection in tuple(self.site.connections):
            connection.close_idle()
        await self._emptied(DRAIN)
        self._gatherer.gauge()
        if self._recorder is not None:
            self._recorder.close()

    def leave(self) -> None:
        """Take no new connection, finish what was asked, then end."""
        self._leaving.set()

    def change(self, order: Order) -> None:
        """Follow a new order: other weights, limits, capture."""
        self.order = order
        self.variants.change(order)
        self._gatherer.limits = order.limits
        self.site.body, self.site.most = order.limits.body, order.limits.connections
        self._follow()

    def shed(self, workers: int) -> None:
        """Give up connections, so that so many workers get equal parts of them."""
        self.site.shed(len(self.site.connections) * (workers - 1) // workers)

    def aside(self, call: Callable[[], None]) -> bool:
        """Do something in the prediction thread when nobody waits; False if too much is to be done already."""
        return self._gatherer.thread.aside(call)

    def take(self, exchange: Exchange) -> None:
        """Answer a request that came over a connection."""
        if exchange.arrived > self.key.next_look:
            self.key.look(exchange.arrived)
        if exchange.head.admitted != self.key.generation:
            objection = self._objection(exchange)
            if objection is not None:
                exchange.refuse(objection)
                return
        self.handle(exchange)

    def handle(self, exchange: Exchange) -> None:
        """Answer a request that is known to be allowed."""
        head = exchange.head
        route = head.route
        try:
            if route is None or route.reader is None:
                self._tell(exchange, route)
                return
            lane = self._lane if self._lane is not None and not head.model else self._chosen(head)
            predictor, reader = lane.predictor, route.reader
            if len(exchange.body) > SMALL:
                reader = partial(lane.read, reader)
                predictor = predictor if lane.reads_here(exchange) else None
            if predictor is None:
                self._gatherer.ask_later(exchange, lane, reader)
            else:
                self._gatherer.ask(exchange, lane, reader(exchange, predictor))
        except Exception as error:  # a reader has a fault: this caller is told, the others are answered
            number = self._lane.chosen.number if self._lane is not None else NO_DEPLOYMENT
            self._delivery.refuse(exchange, number, refusal_of(error))

    def _tell(self, exchange: Exchange, route: Route | None) -> None:
        head = exchange.head
        if head.method == "OPTIONS" and head.allow:
            exchange.reply(204, b"", b"", ((b"Allow", head.allow),))
        elif route is None or route.teller is None:
            exchange.refuse(head.refusal or RefusedError("not_found", "There is nothing here.", status=404))
        else:
            response = route.teller(exchange, self)
            if response is not None:
                exchange.line.answer(exchange, response)

    def _chosen(self, head: Head) -> Lane:
        sticky = next((head.headers[name] for name in STICKY if name in head.headers), b"")
        return self._gatherer.lane(self.variants.choose(head.model, head.version, sticky))

    def _objection(self, exchange: Exchange) -> RefusedError | None:
        """Tell what stands against a request as far as its head says; a known head is not asked about again."""
        head = exchange.head
        if (head.route is None or not head.route.open) and not self.key.fits(head.headers):
            told = "The key is missing or wrong. Send it as Authorization: Bearer KEY, or as X-Api-Key: KEY."
            return self._counted(exchange, RefusedError("key", told, status=401))
        head.admitted = self.key.generation
        if head.refusal is not None and head.method != "OPTIONS":
            return head.refusal
        if head.length > self.site.body:
            return self._counted(exchange, too_large(self.site.body))
        return None

    def _counted(self, exchange: Exchange, refusal: RefusedError) -> RefusedError:
        self._told(time.perf_counter() - exchange.arrived, refusal)
        return refusal

    def _told(self, seconds: float, refusal: RefusedError) -> None:
        """Count a refusal that was given before a deployment was chosen."""
        self.counters.turn(time.time())
        self.counters.add(NO_DEPLOYMENT, seconds, 0, refusal.status, str(refusal))
        self._gatherer.gauge()

    def _follow(self) -> None:
        """Take up what depends on the order."""
        variants = self.order.variants
        shadows: list[Observer] = [Shadows(self)] if any(variant.shadow for variant in variants) else []
        self._recorder = recording(self._recorder, self.order, self._fields)
        others = [*self._own, *shadows]  # they see everything, so that the recorder has to choose by itself
        self._delivery.observers = [*others, *([self._recorder] if self._recorder else [])]
        self._delivery.share = 1.0 if others or self._recorder is None else self.order.capture.share
        if self._recorder is not None:
            self._recorder.chooses = bool(others)
        self.site.heads.known.clear()
        self._lane = None
        if len(variants) == 1 and not variants[0].lazy and not variants[0].model:
            self._lane = self._gatherer.lane(self.variants.choose())

    def _fields(self, number: int) -> Sequence[Any]:
        """Return the fields that a deployment takes, for capture."""
        loaded = (each.predictor for each in self.variants.all if each.number == number)
        return next((predictor.schema.fields for predictor in loaded if predictor is not None), ())

    async def _emptied(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (self.site.connections or self._gatherer.in_flight) and time.monotonic() < deadline:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(STEP)
