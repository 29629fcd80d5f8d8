extension JSONTree {
    /// A way from the root: for each step the number of the element or member.
    public typealias Path = [Int]

    /// The ways to every value, the root's first.
    public var paths: [Path] {
        [[]]
            + children.enumerated().flatMap { index, child in
                child.paths.map { [index] + $0 }
            }
    }

    private var children: [JSONTree] {
        switch self {
        case .array(let elements): elements
        case .object(let members): members.map(\.value)
        default: []
        }
    }

    /// The value at `path`, and the name of the member that it is.
    public func value(at path: some Collection<Int>) -> (key: String?, value: JSONTree) {
        var found: (key: String?, value: JSONTree) = (nil, self)
        for index in path {
            switch found.value {
            case .array(let elements): found = (found.key, elements[index])
            case .object(let members): found = (members[index].key, members[index].value)
            default: preconditionFailure("no value at \(path)")
            }
        }
        return found
    }

    /// The tree with another value at `path`; nil takes the member or element out.
    public func replacing(_ path: some Collection<Int>, with value: JSONTree?) -> JSONTree {
        guard let index = path.first else { return value ?? .null }
        let rest = path.dropFirst()
        switch self {
        case .array(var elements):
            if rest.isEmpty, value == nil {
                elements.remove(at: index)
            } else {
                elements[index] = elements[index].replacing(rest, with: value)
            }
            return .array(elements)
        case .object(var members):
            if rest.isEmpty, value == nil {
                members.remove(at: index)
            } else {
                members[index].value = members[index].value.replacing(rest, with: value)
            }
            return .object(members)
        default: preconditionFailure("no value at \(path)")
        }
    }

    /// RFC 6901 pointers of the sealed texts in it.
    public func sealedPointers(at pointer: String = "") -> [String] {
        guard case .object(let members) = self else { return [] }
        if members.contains(where: { $0.key == "sealed" }) { return [pointer] }
        return members.flatMap { $0.value.sealedPointers(at: pointer + "/" + $0.key) }
    }
}
