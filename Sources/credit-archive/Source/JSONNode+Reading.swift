internal import CanonicalJSON

// Answers as tables read them: what is absent or null is an empty text.

extension JSONNode {
    /// A member; nil where it is absent or null.
    subscript(member key: StaticString) -> JSONNode? {
        guard var fields = try? fields(), let node = fields.optional(key), node.kind != .null else { return nil }
        return node
    }

    /// The items of a member that is a list.
    subscript(list key: StaticString) -> [JSONNode] { self[member: key].flatMap { try? $0.elements() } ?? [] }

    /// A member that is a whole number from 0.
    subscript(number key: StaticString) -> UInt64? {
        self[member: key].flatMap { try? $0.integer() }.flatMap { UInt64(exactly: $0) }
    }

    subscript(flag key: StaticString) -> Bool { self[member: key].flatMap { try? $0.boolean() } ?? false }

    /// A string as it is, a number in digits.
    var text: String {
        if let string = try? string() { return string }
        return (try? integer()).map(String.init) ?? ""
    }

    /// The text of a member, or what stands for none.
    func text(_ key: StaticString, else none: String = "") -> String { self[member: key]?.text ?? none }

    /// A code of a body, or the id of one that has none.
    var bodyCode: String { text("code", else: text("body")) }
}
