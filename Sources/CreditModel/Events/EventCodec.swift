public import CanonicalJSON

/// Reads event data of any version that was ever written, as the current Swift type.
///
/// An event is never rewritten; an old version is brought forward step by step when it is read (upcasting).
public struct EventCodec: Sendable {
    /// Makes the data of version n + 1 from that of version n, as JSON.
    public typealias Upcaster = @Sendable (JSONNode) throws(JSONFault) -> [UInt8]

    private let upcasters: [EventType: [Int: Upcaster]]

    /// `upcasters[type][n]` brings version n of a type to n + 1.
    public init(upcasters: [EventType: [Int: Upcaster]] = [:]) { self.upcasters = upcasters }

    /// The codec of the types and versions that this program knows.
    public static let standard = EventCodec()

    /// Reads stored or submitted data. Throws ``JSONFault`` with pointers within `data`; `/dataschema` where the
    /// version is unknown (written by a newer program: update this one).
    public func decode(type: EventType, version: Int, data: JSONNode, form: EventForm) throws(JSONFault) -> CreditEvent
    {
        var version = version
        var data = data
        while version != type.currentVersion {
            guard let upcast = upcasters[type]?[version] else {
                throw JSONFault(.badValue, at: "/dataschema", "version \(version) of \(type.rawValue) is unknown")
            }
            data = try JSONDocument(parsing: upcast(data)).root
            version += 1
        }
        return try CreditEvent(type: type, data: data, form: form)
    }

    public typealias Schema = (type: EventType, version: Int, form: EventForm)

    /// The schemas in force, so that the usual ones are not taken apart again and again.
    private static let current: [String: Schema] = {
        var current: [String: Schema] = [:]
        for type in EventType.allCases {
            for form in [EventForm.stored, .submitted] {
                current[type.schema(version: type.currentVersion, form: form)] = (type, type.currentVersion, form)
            }
        }
        return current
    }()

    private static let storedURNs: [EventType: String] = Dictionary(
        uniqueKeysWithValues: EventType.allCases.map { ($0, $0.schema(version: $0.currentVersion, form: .stored)) })

    /// The URN of the stored form that this program writes.
    public static func storedURN(_ type: EventType) -> String {
        storedURNs[type] ?? type.schema(version: type.currentVersion, form: .stored)
    }

    /// Splits `urn:credit-archive:schema:<type>:<version>[:submitted]`; nil for anything else.
    public static func parse(schema urn: String) -> Schema? {
        if let known = current[urn] { return known }
        let parts = urn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 5 || parts.count == 6, parts[0] == "urn", parts[1] == "credit-archive",
            parts[2] == "schema", let type = EventType(rawValue: String(parts[3])), let version = Int(parts[4]),
            version >= 0, String(version) == parts[4], parts.count == 5 || parts[5] == "submitted"
        else { return nil }
        return (type, version, parts.count == 6 ? .submitted : .stored)
    }
}
