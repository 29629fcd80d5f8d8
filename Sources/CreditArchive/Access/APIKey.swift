public import CanonicalJSON
public import CreditModel
internal import Crypto
internal import EventLog
internal import Foundation
internal import TransparencyLog

/// A key of the service as it is kept: what it allows, and the hash of its secret.
///
/// The secret is 32 random bytes, so a plain SHA-256 of it cannot be searched; it is shown once, when the key is made.
public struct APIKey: Sendable, Hashable {
    /// Eight letters and digits; `key/<id>` is the principal in entries and in the access record.
    public var id: String
    /// What it is called by those who keep it; never a person's name.
    public var name: String
    public var roles: Set<Role>
    public var scope: RecordingScope
    /// UTC, RFC 3339.
    public var createdAt: String
    /// The first day on which it is no longer taken, in Asia/Shanghai; nil: until it is revoked.
    public var expiresOn: CalendarDay?
    public var revokedAt: String?
    let digest: String

    public var principal: Principal { Principal(id: "key/\(id)", roles: roles, scope: scope) }

    /// Whether it is taken on a day.
    public func isValid(on day: CalendarDay) -> Bool { revokedAt == nil && expiresOn.map { day < $0 } ?? true }

    static func digest(ofSecret secret: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        hash.update(data: Array(secret))
        return hash.finalize().withUnsafeBytes { Digest32(unsafe: $0).hex }
    }
}

extension APIKey: JSONDecodable, JSONEncodable {
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        createdAt = try fields.required("createdAt")
        digest = try fields.required("digest")
        expiresOn = try fields.optional("expiresOn")
        id = try fields.required("id")
        name = try fields.required("name")
        let regions: [RegionCode] = try fields.required("regions")
        revokedAt = try fields.optional("revokedAt")
        roles = []
        for node in try fields.required("roles").elements() {
            guard let role = Role(rawValue: try node.string()) else {
                throw node.fault(.badValue, Role.allCases.map(\.rawValue).joined(separator: " | "))
            }
            roles.insert(role)
        }
        scope = RecordingScope(sources: try fields.required("sources"), regions: regions)
        try fields.finish()
    }

    public func write(to writer: inout JSONWriter) { write(to: &writer, withDigest: true) }

    /// - Parameter withDigest: as it is kept; without, as it is shown.
    public func write(to writer: inout JSONWriter, withDigest: Bool) {
        writer.beginObject()
        writer.member("createdAt", createdAt)
        if withDigest { writer.member("digest", digest) }
        writer.member("expiresOn", expiresOn)
        writer.member("id", id)
        writer.member("name", name)
        writer.member("regions", scope.regions)
        writer.member("revokedAt", revokedAt)
        writer.member("roles", roles.map(\.rawValue).sorted())
        writer.member("sources", scope.sources)
        writer.endObject()
    }
}

/// `keys/api-keys.json`: every key that was ever issued.
struct APIKeyList: FolderRecord, Sendable {
    static let fileName = "api-keys.json"
    var keys: [APIKey] = []

    init() {}

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        keys = try fields.required("keys")
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("keys", keys)
        writer.endObject()
    }
}
