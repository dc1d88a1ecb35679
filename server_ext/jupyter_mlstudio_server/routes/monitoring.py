"""What endpoints see and answer, held against what their models were trained on."""

from jupyter_mlstudio.monitoring.types import (
    Alert,
    AlertList,
    BaselineSpec,
    CheckSpec,
    DriftedRows,
    Monitor,
    MonitorList,
    MonitorSpec,
    Report,
    ReportList,
    RetrainingStarted,
    TruthAdded,
    TruthSpec,
)
from jupyter_mlstudio_server.http import StudioHandler, operation

MONITORS = r"/mlstudio/monitoring/monitors"
MONITOR = MONITORS + r"/(?P<id>\w+)"
ALERTS = r"/mlstudio/monitoring/alerts"


class MonitorsHandler(StudioHandler):
    @operation()
    def get(self) -> MonitorList:
        """List the monitors, one an endpoint; those with open alerts first."""
        return self.studio.monitoring.monitors()


class MonitorHandler(StudioHandler):
    @operation()
    def get(self, id: str) -> Monitor:
        """Show how an endpoint is watched, and what was found last."""
        return self.studio.monitoring.monitor(id)

    @operation()
    def put(self, id: str, spec: MonitorSpec) -> Monitor:
        """Change how an endpoint is watched."""
        return self.studio.monitoring.watch(id, spec)


class ReportsHandler(StudioHandler):
    @operation()
    def get(self, id: str, limit: int = 100) -> ReportList:
        """List the checks of an endpoint, the newest first."""
        return self.studio.monitoring.reports(id, limit)


class ReportHandler(StudioHandler):
    @operation()
    def get(self, id: str, report: str) -> Report:
        """Show one check."""
        return self.studio.monitoring.report(id, report)


class CheckHandler(StudioHandler):
    @operation()
    def post(self, id: str, spec: CheckSpec) -> Report:
        """Hold the captured rows against the baseline now."""
        return self.engine.monitoring.check(id=id, spec=spec)


class TruthHandler(StudioHandler):
    @operation()
    def post(self, id: str, spec: TruthSpec) -> TruthAdded:
        """Take in from a file what was right."""
        return self.engine.monitoring.take_truth(id=id, spec=spec)


class BaselineHandler(StudioHandler):
    @operation()
    def post(self, id: str, spec: BaselineSpec) -> Monitor:
        """Choose what live rows are compared with."""
        return self.engine.monitoring.take_baseline(id=id, spec=spec)


class RowsHandler(StudioHandler):
    @operation()
    def get(self, id: str, report: str = "", column: str = "") -> DriftedRows:
        """Write the rows that drifted into a file; of all columns if none is named, of the newest report likewise."""
        return self.engine.monitoring.rows(id=id, report=report, column=column)


class RetrainHandler(StudioHandler):
    @operation(status=201)
    def post(self, id: str) -> RetrainingStarted:
        """Start the workflow that trains the model anew."""
        return self.studio.monitoring.retrain(id)


class AlertsHandler(StudioHandler):
    @operation()
    def get(self, endpoint: str = "", limit: int = 100) -> AlertList:
        """List the alerts, the newest first."""
        return self.studio.monitoring.alerts(endpoint, limit)


class SeenHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Alert:
        """Mark an alert as seen."""
        return self.studio.monitoring.mark_seen(id)


ROUTES = [
    (MONITORS, MonitorsHandler),
    (MONITOR, MonitorHandler),
    (MONITOR + "/reports", ReportsHandler),
    (MONITOR + r"/reports/(?P<report>\w+)", ReportHandler),
    (MONITOR + "/check", CheckHandler),
    (MONITOR + "/truth", TruthHandler),
    (MONITOR + "/baseline", BaselineHandler),
    (MONITOR + "/rows", RowsHandler),
    (MONITOR + "/retrain", RetrainHandler),
    (ALERTS, AlertsHandler),
    (ALERTS + r"/(?P<id>\w+)/seen", SeenHandler),
]
