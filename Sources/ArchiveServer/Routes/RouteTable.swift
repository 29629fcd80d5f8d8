internal import CreditArchive
internal import HTTPTypes

/// Every operation of the service (contract §4). Requests are routed by it, and a test holds `openapi.yaml` to it.
enum RouteTable {
    private static let anybody: Set<Role> = [.public]
    private static let recorders: Set<Role> = [.recorder]
    private static let auditors: Set<Role> = [.auditor]
    private static let administrators: Set<Role> = [.administrator]
    private static let subscribers: Set<Role> = [.subscriber]

    static let routes: [Route] =
        record + read + answers + rounds + persons + log + exchange + administration + operation

    private static let record: [Route] = [
        Route("appendEvents", .post, "/v1/events", for: recorders, AppendRoutes.append),
        Route("importTable", .post, "/v1/imports/{template}", for: recorders, ImportRoutes.importTable),
        Route("importRejects", .get, "/v1/jobs/{job}/rejects", for: recorders, ImportRoutes.rejects),
        Route("putEvidence", .put, "/v1/evidence/{digest}", for: recorders, EvidenceRoutes.put),
        Route(
            "getEvidence", .get, "/v1/evidence/{digest}", for: auditors, readsRecords: true, EvidenceRoutes.get),
    ]

    private static let read: [Route] = [
        Route("listEvents", .get, "/v1/events", for: auditors, readsRecords: true, FeedRoutes.list),
        Route("getEvent", .get, "/v1/events/{position}", for: auditors, readsRecords: true, FeedRoutes.get),
    ]

    private static let answers: [Route] = [
        Route("listBodies", .get, "/v1/bodies", for: anybody, BodyRoutes.list),
        Route("getBody", .get, "/v1/bodies/{body}", for: anybody, BodyRoutes.get),
        Route("getStanding", .get, "/v1/bodies/{body}/standing", for: anybody, readsRecords: true, BodyRoutes.standing),
        Route("listStandings", .get, "/v1/standings", for: anybody, readsRecords: true, BodyRoutes.standings),
        Route("getBodyTrend", .get, "/v1/bodies/{body}/trend", for: auditors, readsRecords: true, TrendRoutes.ofBody),
        Route("getTrend", .get, "/v1/trend", for: auditors, readsRecords: true, TrendRoutes.ofScope),
        Route("getBodyTrail", .get, "/v1/bodies/{body}/trail", for: auditors, readsRecords: true, TrailRoutes.ofBody),
        Route("getBodyDiff", .get, "/v1/bodies/{body}/diff", for: auditors, readsRecords: true, TrailRoutes.diff),
        Route("getCase", .get, "/v1/cases/{case}", for: anybody, readsRecords: true, TrailRoutes.item),
        Route("getCaseTrail", .get, "/v1/cases/{case}/trail", for: auditors, readsRecords: true, TrailRoutes.ofCase),
        Route(
            "getEvaluation", .get, "/v1/evaluations/{scheme}/{year}", for: auditors, readsRecords: true,
            EvaluationRoutes.evaluate),
        Route(
            "explainScore", .get, "/v1/evaluations/{scheme}/{year}/{body}/{indicator}", for: auditors,
            readsRecords: true, EvaluationRoutes.explain),
    ]

    private static let rounds: [Route] = [
        Route("listDuties", .get, "/v1/duties", for: auditors, readsRecords: true, RoundRoutes.duties),
        Route("listRounds", .get, "/v1/rounds", for: auditors, readsRecords: true, RoundRoutes.list),
        Route(
            "getRound", .get, "/v1/rounds/{scheme}/{year}/{region}", for: auditors, readsRecords: true, RoundRoutes.get),
        Route(
            "getResults", .get, "/v1/results/{scheme}/{year}", for: anybody, readsRecords: true, ResultRoutes.results),
        Route(
            "getResultChanges", .get, "/v1/results/{scheme}/{year}/changes", for: auditors, readsRecords: true,
            ResultRoutes.changes),
        Route("getReport", .get, "/v1/bodies/{body}/report", for: auditors, readsRecords: true, ReportRoutes.ofBody),
        Route(
            "getCompilation", .get, "/v1/compilations/{scheme}/{year}", for: auditors, readsRecords: true,
            ReportRoutes.compilation),
        Route("listSchemes", .get, "/v1/schemes", for: anybody, SchemeRoutes.list),
        Route("listCalendars", .get, "/v1/calendars", for: anybody, SchemeRoutes.calendars),
    ]

    private static let persons: [Route] = [
        Route("propose", .post, "/v1/proposals", for: [.recorder, .administrator], ProposalRoutes.propose),
        Route(
            "listProposals", .get, "/v1/proposals", for: [.recorder, .administrator, .auditor], readsRecords: true,
            ProposalRoutes.list),
        Route(
            "getProposal", .get, "/v1/proposals/{proposal}", for: [.recorder, .administrator, .auditor],
            readsRecords: true, ProposalRoutes.get),
        Route(
            "approveProposal", .post, "/v1/proposals/{proposal}/approve", for: [.recorder, .administrator],
            ProposalRoutes.approve),
        Route(
            "returnProposal", .post, "/v1/proposals/{proposal}/return", for: [.recorder, .administrator],
            ProposalRoutes.giveBack),
        Route(
            "getTwoPersonPolicy", .get, "/v1/two-persons", for: [.recorder, .administrator, .auditor],
            ProposalRoutes.policy),
    ]

    private static let log: [Route] = [
        Route("getCheckpoint", .get, "/checkpoint", for: anybody, LogRoutes.checkpoint),
        Route("getTile", .get, "/tile/{tile*}", for: anybody, LogRoutes.tile),
        Route(
            "getReceipt", .get, "/v1/receipts/{position}", for: [.auditor, .recorder], readsRecords: true,
            LogRoutes.receipt),
        Route("getConsistency", .get, "/v1/consistency", for: anybody, LogRoutes.consistency),
        Route(
            "makeCheckpoint", .post, "/v1/checkpoints", for: [.administrator, .auditor], LogRoutes.makeCheckpoint),
    ]

    private static let exchange: [Route] = [
        Route("listSubscribers", .get, "/v1/subscribers", for: administrators, SubscriberRoutes.list),
        Route("createSubscriber", .post, "/v1/subscribers", for: administrators, SubscriberRoutes.create),
        Route(
            "getSubscriber", .get, "/v1/subscribers/{subscriber}", for: [.administrator, .subscriber],
            SubscriberRoutes.get),
        Route(
            "removeSubscriber", .delete, "/v1/subscribers/{subscriber}", for: administrators, SubscriberRoutes.remove),
        Route("actOnSubscriber", .post, "/v1/subscribers/{subscriber}/acts", for: administrators, SubscriberRoutes.act),
        Route(
            "pullBatch", .get, "/v1/subscribers/{subscriber}/batch", for: subscribers, readsRecords: true,
            BatchRoutes.next),
        Route(
            "acknowledgeBatch", .post, "/v1/subscribers/{subscriber}/acknowledgements", for: subscribers,
            BatchRoutes.acknowledge),
        Route(
            "getReconciliation", .get, "/v1/subscribers/{subscriber}/reconciliation",
            for: [.administrator, .auditor, .subscriber], BatchRoutes.report),
        Route(
            "reconcileSubscriber", .post, "/v1/subscribers/{subscriber}/reconciliation",
            for: [.administrator, .auditor, .subscriber], BatchRoutes.reconcile),
    ]

    private static let administration: [Route] = [
        Route("listProjections", .get, "/v1/projections", for: [.administrator, .auditor], RebuildRoutes.projections),
        Route("startRebuild", .post, "/v1/projections/rebuild", for: administrators, RebuildRoutes.start),
        Route("listJobs", .get, "/v1/jobs", for: administrators, JobRoutes.list),
        Route("getJob", .get, "/v1/jobs/{job}", for: [.administrator, .recorder], JobRoutes.get),
        Route("cancelJob", .delete, "/v1/jobs/{job}", for: [.administrator, .recorder], JobRoutes.cancel),
        Route("listKeys", .get, "/v1/keys", for: administrators, KeyRoutes.list),
        Route("issueKey", .post, "/v1/keys", for: administrators, KeyRoutes.issue),
        Route("revokeKey", .delete, "/v1/keys/{key}", for: administrators, KeyRoutes.revoke),
        Route("listAccess", .get, "/v1/access", for: [.administrator, .auditor], KeyRoutes.access),
    ]

    private static let operation: [Route] = [
        Route("getLive", .get, "/health/live", for: anybody, OperationRoutes.live),
        Route("getReady", .get, "/health/ready", for: anybody, OperationRoutes.ready),
        Route("getMetrics", .get, "/metrics", for: administrators, OperationRoutes.metrics),
        Route("getOpenAPI", .get, "/openapi.yaml", for: anybody, OperationRoutes.openAPI),
    ]
}
