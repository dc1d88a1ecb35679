"""Callers that keep asking an endpoint, for tests that change it meanwhile."""

import json
import threading
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit


def until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.02)


class Load:
    """Callers that keep asking: half of them over kept connections, half with a new one each time."""

    def __init__(self, endpoint, rows, callers=4):
        self._address, self._rows = urlsplit(endpoint.url), json.dumps({"dataframe_records": rows[:1]})
        self._headers = {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"}
        self.answers, self.failures = [], []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=[number % 2 == 0]) for number in range(callers)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        until(lambda: len(self.answers) > 10)
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, keep):
        connection = None
        while not self._stop.is_set():
            try:
                connection = connection or HTTPConnection(self._address.hostname, self._address.port, timeout=20)
                connection.request("POST", "/invocations", self._rows, self._headers)
                answer = connection.getresponse()
                body = answer.read()
                assert answer.status == 200, body
                self.answers.append(json.loads(body)["predictions"][0])
                if not keep or answer.will_close:
                    connection.close()
                    connection = None
            except Exception as error:
                self.failures.append(repr(error))
                if connection is not None:
                    connection.close()
                connection = None
            time.sleep(0.001)
        if connection is not None:
            connection.close()
