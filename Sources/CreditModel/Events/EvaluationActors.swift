public import CanonicalJSON

/// An office or institution by name, with its 统一社会信用代码 where it has one.
public struct NamedOffice: Sendable, Hashable, JSONDecodable, JSONEncodable {
    public var code: USCC?
    public var name: String

    public init(name: String, code: USCC? = nil) {
        self.code = code
        self.name = name
    }

    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        code = try fields.optional("code")
        name = try fields.required("name").name()
        try fields.finish()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("code", code)
        writer.member("name", name)
        writer.endObject()
    }

    /// Whether both are the same office: by code where both have one, else by name.
    public func isSame(as other: NamedOffice) -> Bool {
        if let code, let theirs = other.code { return code == theirs }
        return name.utf8.elementsEqual(other.name.utf8)
    }
}

/// Who took a step, and as what.
public struct StepActor: Sendable, Hashable, JSONDecodable, JSONEncodable {
    public var role: ActorRole
    public var office: NamedOffice

    public init(_ role: ActorRole, name: String, code: USCC? = nil) {
        self.role = role
        office = NamedOffice(name: name, code: code)
    }

    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        office = NamedOffice(name: try fields.required("name").name(), code: try fields.optional("code"))
        role = try fields.required("role")
        try fields.finish()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("code", office.code)
        writer.member("name", office.name)
        writer.member("role", role)
        writer.endObject()
    }
}

/// A body that a round assesses. Its kind never changes and decides which deadlines are its own.
public struct AssessedBody: Sendable, Hashable, JSONDecodable, JSONEncodable {
    public var body: BodyID
    public var kind: BodyKind

    public init(_ body: BodyID, _ kind: BodyKind) {
        self.body = body
        self.kind = kind
    }

    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        body = try fields.required("body")
        kind = try fields.required("kind")
        try fields.finish()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", body)
        writer.member("kind", kind)
        writer.endObject()
    }
}
