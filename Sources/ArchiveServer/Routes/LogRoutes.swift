internal import CanonicalJSON
internal import CreditArchive
internal import EventLog
internal import HTTPTypes
internal import Hummingbird
internal import TransparencyLog

/// The log for outside verifiers (C2SP tlog-tiles), receipts and consistency proofs.
enum LogRoutes {
    private static let plain = "text/plain; charset=utf-8"

    @Sendable static func checkpoint(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let auditor = call.service.auditor
        guard let kept = try await call.blocking({ try auditor.latestCheckpoint() }) else {
            throw ServiceError(
                .notFound, "checkpoint-missing", chinese: "还没有签名的检查点", english: "there is no signed checkpoint yet")
        }
        let tag = "\"\(kept.size)\""
        // A few seconds at most: it is the one thing that changes.
        let headers: HTTPFields = [.eTag: tag, .cacheControl: "public, max-age=2"]
        if call.holds(tag) { return Response(status: .notModified, headers: headers) }
        return .bytes(Array(kept.note.utf8), plain, headers)
    }

    /// Signs a checkpoint of the log as it is.
    @Sendable static func makeCheckpoint(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let administrator = call.service.administrator
        let note = try await call.blocking { try administrator.checkpoint() }
        return .bytes(Array(note.utf8), plain, status: .created, [.location: "/checkpoint"])
    }

    /// Hash tiles are public, bundles of entries are for auditors (design.md, Visibility).
    @Sendable static func tile(_ call: APICall) async throws -> Response {
        _ = try call.query()
        guard let tile = try? TileCoordinate(path: "tile/" + call.parameter("tile")) else {
            throw ServiceError(
                .notFound, "tile-path-malformed", chinese: "没有这样的块（C2SP tlog-tiles 的路径）",
                english: "there is no such tile (paths are those of C2SP tlog-tiles)")
        }
        if tile.holdsEntries {
            guard call.principal.may(.auditor) else {
                throw ServiceError(
                    call.principal == .anybody ? .unauthorized : .forbidden, "key-needed", field: "Authorization",
                    chinese: "条目只供审计（角色 auditor）", english: "entries are for auditors")
            }
            try call.requireAllRegions()
        }
        let auditor = call.service.auditor
        guard let bytes = try await call.blocking({ try auditor.tile(tile) }) else {
            throw ServiceError(
                .notFound, "tile-not-yet", chinese: "日志还没有这一块", english: "the log does not reach this tile yet")
        }
        if tile.holdsEntries { try call.service.recordReading(call, status: 200) }
        return .bytes(
            bytes, "application/octet-stream",
            [.cacheControl: "\(tile.holdsEntries ? "private" : "public"), max-age=31536000, immutable"])
    }

    /// The receipt of an entry under the latest signed checkpoint; `entry=0` leaves the entry itself out.
    @Sendable static func receipt(_ call: APICall) async throws -> Response {
        let values = try call.query("entry", "waitFor")
        try await call.waitForPosition(values)
        let includesEntry = try values["entry"] == nil || APICall.flag(values, "entry")
        let position =
            try APICall.number(
                ["position": call.parameter("position")], "position", in: 0...UInt64(Int64.max)) ?? 0
        let (auditor, administrator, feed) = (call.service.auditor, call.service.administrator, call.service.tail.feed)
        let receipt = try await call.blocking {
            let item = try feed.item(at: position)
            if let regions = call.readableRegions, !FeedFilter(regions: regions).admits(item) {
                throw ServiceError(
                    .forbidden, "region-forbidden", field: "position", chinese: "此密钥不能查阅该行政区划的记录",
                    english: "this key does not read the records of that region")
            }
            let kept = try auditor.latestCheckpoint().flatMap { $0.size > position ? $0.note : nil }
            return try auditor.receipt(
                for: position, checkpoint: kept ?? administrator.checkpoint(),
                // Entries are for auditors; who recorded it has it.
                includingEntry: includesEntry && call.principal.may(.auditor))
        }
        return .bytes(receipt.bytes, plain, [.cacheControl: "private, no-cache"])
    }

    /// That the log of one size is the beginning of a later one.
    @Sendable static func consistency(_ call: APICall) async throws -> Response {
        let values = try call.query("from", "to")
        let sizes = UInt64(1)...UInt64(Int64.max)
        guard let from = try APICall.number(values, "from", in: sizes) else {
            throw APICall.malformed("from", "1…")
        }
        let to = try APICall.number(values, "to", in: sizes)
        let auditor = call.service.auditor
        let bytes = try await call.blocking { try auditor.consistency(from: from, to: to).text().bytes }
        return .bytes(
            bytes, plain, [.cacheControl: to == nil ? "public, max-age=2" : "public, max-age=31536000, immutable"])
    }
}
