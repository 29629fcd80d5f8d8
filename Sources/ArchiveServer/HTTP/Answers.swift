internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension Response {
    static func bytes(
        _ bytes: [UInt8], _ type: String, status: HTTPResponse.Status = .ok, _ headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// An answer in JSON, with a line end for those who read it in a terminal.
    static func json(
        _ status: HTTPResponse.Status = .ok, _ headers: HTTPFields = [:], _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter(reserving: 1_024)
        write(&writer)
        return .bytes(writer.line(), "application/json", status: status, headers)
    }
}

extension APICall {
    /// Why a record is read, as the reader says it: kept with the reading.
    static let purposeHeader = HTTPField.Name("Access-Purpose")
    static let maximumPurpose = 500

    static let momentParameters = ["asOf", "atPosition", "knownAt"]

    /// The moment of a question. Throws ``ArchiveError`` as of ``MomentQuestion``.
    ///
    /// - Parameter prefix: stands before the names, whose first letter is a capital then.
    static func moment(_ values: [String: String], prefix: String = "") throws -> MomentQuestion {
        func name(_ text: String) -> String {
            prefix.isEmpty ? text : prefix + text.prefix(1).uppercased() + text.dropFirst()
        }
        return try MomentQuestion(
            asOf: values[name("asOf")], atPosition: number(values, name("atPosition"), in: 0...UInt64(Int64.max)),
            knownAt: values[name("knownAt")], prefix: prefix)
    }

    /// Waits for the position that `waitFor` names, so that whoever appended reads what he wrote.
    ///
    /// Throws 503 `position-not-reached` where it does not come in time.
    func waitForPosition(_ values: [String: String]) async throws {
        guard let position = try APICall.number(values, "waitFor", in: 0...UInt64(Int64.max)) else { return }
        let deadline = ContinuousClock.now + .seconds(service.settings.waitSeconds)
        while service.tail.feed.size <= position {
            let isThere = await service.tail.wait(beyond: position, until: deadline)
            guard isThere || ContinuousClock.now < deadline, !service.tail.isClosed else { break }
        }
        guard service.tail.feed.size > position else {
            throw ServiceError(
                .serviceUnavailable, "position-not-reached", field: "waitFor",
                chinese: "位置 \(position) 尚未收录（现有 \(service.tail.feed.size) 条）",
                english: "position \(position) is not recorded yet (there are \(service.tail.feed.size) entries)",
                headers: [.retryAfter: "1"])
        }
    }

    /// What an answer from the whole log depends on beside its question: the log's size and the day.
    private func tag(_ more: String = "") -> String {
        "W/\"\(service.tail.feed.size)-\(service.archive.today)-\(language.rawValue)-"
            + "\(principal.may(.auditor) ? "a" : "p")\(more)\""
    }

    /// Answers a question on the log as it is: not at all where the reader has the answer already (`If-None-Match`).
    ///
    /// - Parameter atOnce: gives the answer where it takes microseconds, on the thread that asks; nil where it would take
    ///   longer, or an error: then `write` is asked, off the threads that serve connections.
    func answer(
        atOnce: (() throws -> (any JSONEncodable)?)? = nil,
        _ write: @escaping @Sendable (inout JSONWriter) throws -> Void
    ) async throws -> Response {
        if let atOnce, !holds(tag()), let answer = try? atOnce() {
            var writer = JSONWriter(reserving: 4_096)
            answer.write(to: &writer)
            return .bytes(
                writer.line(), "application/json",
                [.eTag: tag(), .cacheControl: "private, no-cache", .contentLanguage: language.rawValue])
        }
        return try await answer(as: "application/json") {
            var writer = JSONWriter(reserving: 4_096)
            try write(&writer)
            return writer.line()
        }
    }

    /// Answers in any format.
    ///
    /// - Parameter mark: stands in the tag: what else the answer depends on, and its format.
    func answer(
        as type: String, mark: String = "", _ make: @escaping @Sendable () throws -> [UInt8]
    ) async throws -> Response {
        let tag = tag(mark)
        var headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache"]
        if holds(tag) { return Response(status: .notModified, headers: headers) }
        headers[.contentLanguage] = language.rawValue
        return .bytes(try await blocking(make), type, headers)
    }

    /// Whether `If-None-Match` names a tag (weak comparison, RFC 9110, section 8.8.3.2).
    func holds(_ tag: String) -> Bool {
        guard let sent = header(.ifNoneMatch) else { return false }
        func opaque(_ text: Substring) -> Substring { text.hasPrefix("W/") ? text.dropFirst(2) : text }
        return sent == "*"
            || sent.split(separator: ",").contains { one in
                opaque(Substring(one.trimmingCharacters(in: .whitespaces))) == opaque(Substring(tag))
            }
    }

    /// The regions whose records the principal may read; nil: all.
    var readableRegions: [String]? {
        let regions = principal.scope.regions
        return regions.isEmpty ? nil : regions.map(\.prefix)
    }

    /// Refuses a body outside the principal's regions. Throws `region-forbidden`.
    func requireReadable(_ body: BodyID) throws {
        guard readableRegions != nil else { return }
        guard principal.scope.allows(try service.auditor.profile(of: body).region) else {
            throw ServiceError(
                .forbidden, "region-forbidden", field: "body", chinese: "此密钥不能查阅该行政区划的记录",
                english: "this key does not read the records of that region")
        }
    }

    /// Refuses a question about everybody where the principal has regions. Throws `region-needed`.
    func requireAllRegions() throws {
        guard readableRegions == nil else {
            throw ServiceError(
                .forbidden, "region-needed", field: "region", chinese: "此密钥限于若干行政区划，不能取用全库的内容",
                english: "this key is limited to regions and does not read what is of the whole archive")
        }
    }

    /// The prefix of a region asked for, within the principal's. Throws `region-malformed`, `region-forbidden`.
    func region(_ values: [String: String]) throws -> String? {
        guard let text = values["region"] else { return nil }
        guard let code = RegionCode(text) else { throw APICall.malformed("region", "6 | 9 | 12 digits") }
        guard principal.may(.auditor), readableRegions != nil, !principal.scope.allows(code) else { return code.prefix }
        throw ServiceError(
            .forbidden, "region-forbidden", field: "region", chinese: "此密钥不能查阅该行政区划的记录",
            english: "this key does not read the records of that region")
    }
}
