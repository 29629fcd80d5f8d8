internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import HTTPTypes
internal import Hummingbird

/// Keys of the service, and the record of what was read with them.
enum KeyRoutes {
    private static let maximumBody = 65_536

    @Sendable static func list(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let keys = try call.service.keys.all()
        return .json { writer in
            writer.beginObject()
            writer.key("keys")
            writer.beginArray()
            for key in keys { key.write(to: &writer, withDigest: false) }
            writer.endArray()
            writer.endObject()
        }
    }

    /// Issues a key: `{name, roles, sources?, regions?, expiresOn?}`. The answer has the key itself, this once.
    @Sendable static func issue(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let wish: KeyWish
        do {
            wish = try KeyWish(json: JSONDocument(parsing: await call.body(upTo: maximumBody)).root)
        } catch let fault as JSONFault {
            throw ArchiveError(fault)
        }
        let keys = call.service.keys
        let (key, secret) = try await call.blocking {
            try keys.issue(name: wish.name, roles: wish.roles, scope: wish.scope, expiresOn: wish.expiresOn)
        }
        return .json(.created, [.location: "/v1/keys/\(key.id)"]) { writer in
            writer.beginObject()
            writer.key("key")
            key.write(to: &writer, withDigest: false)
            writer.member("secret", secret)
            writer.endObject()
        }
    }

    @Sendable static func revoke(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let (keys, id) = (call.service.keys, call.parameter("key"))
        let key = try await call.blocking { try keys.revoke(id) }
        return .json { key.write(to: &$0, withDigest: false) }
    }

    @Sendable static func access(_ call: APICall) async throws -> Response {
        let values = try call.query("principal", "subject", "from", "to", "limit")
        var query = AccessQuery()
        query.principal = try name(values, "principal")
        query.subject = try name(values, "subject")
        query.from = try time(values, "from")
        query.to = try time(values, "to")
        query.limit = Int(try APICall.number(values, "limit", in: 1...10_000) ?? 1_000)
        let folder = call.service.archive.folder
        let wanted = query
        let records = try await call.blocking { try AccessLog.read(folder, wanted) }
        return .json { writer in
            writer.beginObject()
            writer.member("readings", records)
            writer.endObject()
        }
    }

    private static func name(_ values: [String: String], _ name: String) throws -> String? {
        guard let text = values[name] else { return nil }
        guard (1...200).contains(text.unicodeScalars.count) else { throw APICall.malformed(name, "1–200 characters") }
        return text
    }

    private static func time(_ values: [String: String], _ name: String) throws -> Int64? {
        guard let text = values[name] else { return nil }
        guard let time = RecordedTime.milliseconds(rfc3339: text) else {
            throw APICall.malformed(name, "RFC 3339, 2024-12-31T16:00:00+08:00")
        }
        return time
    }
}

/// What a key is to be.
private struct KeyWish: JSONDecodable, Sendable {
    var name: String
    var roles: Set<Role>
    var scope: RecordingScope
    var expiresOn: CalendarDay?

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        name = try fields.required("name")
        roles = []
        for node in try fields.required("roles").elements() {
            guard let role = Role(rawValue: try node.string()) else {
                throw node.fault(.badValue, Role.allCases.map(\.rawValue).joined(separator: " | "))
            }
            roles.insert(role)
        }
        scope = RecordingScope(
            sources: try fields.optional("sources") ?? [], regions: try fields.optional("regions") ?? [])
        expiresOn = try fields.optional("expiresOn")
        try fields.finish()
    }
}
