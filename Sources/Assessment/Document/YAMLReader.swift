internal import Yams

/// Reads the part of YAML 1.1 that schemes are written in: mappings, lists and texts.
///
/// Anchors and aliases are refused (a small text could stand for an endless one), so are tags, several documents and
/// keys that are not texts; a document has at most 256 KiB and 16 levels.
enum YAMLReader {
    static let maximumBytes = 256 * 1024
    static let maximumDepth = 16

    static func read(_ document: SchemeText) throws(SchemeFault) -> DocumentNode {
        let whole = DocumentNode(content: .null, document: document.name, line: 0, field: "")
        guard document.bytes.count <= maximumBytes else {
            throw whole.fault(
                .tooLarge, chinese: "文件超过 256 KiB", english: "the document is larger than 256 KiB")
        }
        guard let text = String(validating: document.bytes, as: UTF8.self) else {
            throw whole.fault(.malformed, chinese: "不是 UTF-8 文本，请另存为 UTF-8", english: "not UTF-8; save it as UTF-8")
        }
        try refuseAnchors(document.bytes, in: whole)
        let root: Node?
        do { root = try Parser(yaml: text, encoding: .utf8).singleRoot() } catch { throw fault(error, in: whole) }
        guard let root else { throw whole.fault(.malformed, chinese: "文件是空的", english: "the document is empty") }
        return try node(root, field: "", depth: 0, in: whole)
    }

    /// Before parsing, because comparing keys would already follow aliases: an `&` or `*` that begins a word, wherever
    /// it stands (a comment too), is refused.
    private static func refuseAnchors(_ bytes: [UInt8], in whole: DocumentNode) throws(SchemeFault) {
        var line = 1
        var before = UInt8(ascii: "\n")
        for (index, byte) in bytes.enumerated() {
            let begins = " \n[{,".utf8.contains(before)
            if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), begins,
                index + 1 < bytes.count, !" \n\r".utf8.contains(bytes[index + 1])
            {
                var here = whole
                here.line = line
                throw here.fault(
                    .anchored, chinese: "不能用 YAML 的锚点（&）和引用（*）；若是文字，请在其后加空格",
                    english: "YAML anchors (&) and aliases (*) are not allowed; in a text put a space behind the sign")
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            before = byte
        }
    }

    private static func node(
        _ node: Node, field: String, depth: Int, in whole: DocumentNode
    ) throws(SchemeFault) -> DocumentNode {
        var read = whole
        read.line = node.mark?.line ?? 0
        read.field = field
        guard depth < maximumDepth else {
            throw read.fault(.malformed, chinese: "嵌套超过 16 层", english: "nested more than 16 levels deep")
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            read.content = isPlain && ["", "~", "null"].contains(scalar.string) ? .null : .scalar(scalar.string)
        case .sequence(let sequence):
            var elements: [DocumentNode] = []
            for (index, element) in sequence.enumerated() {
                elements.append(try self.node(element, field: "\(field)[\(index + 1)]", depth: depth + 1, in: whole))
            }
            read.content = .sequence(elements)
        case .mapping(let mapping):
            var members: [DocumentNode.Member] = []
            for (key, value) in mapping {
                guard let name = key.scalar?.string else {
                    throw read.fault(.malformed, chinese: "键必须是文字", english: "a key must be a text")
                }
                let path = field.isEmpty ? name : "\(field).\(name)"
                var member = try self.node(value, field: path, depth: depth + 1, in: whole)
                guard !members.contains(where: { $0.key == name }) else {
                    throw member.fault(.duplicateKey, chinese: "这个键重复出现", english: "this key stands more than once")
                }
                // The line of the key is where a reader looks.
                member.line = key.mark?.line ?? member.line
                members.append(.init(key: name, value: member))
            }
            read.content = .mapping(members)
        case .alias:
            throw read.fault(.anchored, chinese: "不能用 YAML 的引用", english: "YAML aliases are not allowed")
        }
        return read
    }

    private static func fault(_ error: any Error, in whole: DocumentNode) -> SchemeFault {
        var here = whole
        guard let error = error as? YamlError else {
            return here.fault(.malformed, chinese: "YAML 语法错误：\(error)", english: "YAML syntax error: \(error)")
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            here.line = mark.line
            return here.fault(.malformed, chinese: "YAML 语法错误：\(problem)", english: "YAML syntax error: \(problem)")
        case .reader(let problem, _, _, _):
            return here.fault(.malformed, chinese: "YAML 语法错误：\(problem)", english: "YAML syntax error: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            here.line = context.mark.line
            let keys = duplicates.joined(separator: " ")
            return here.fault(
                .duplicateKey, chinese: "键“\(keys)”重复出现", english: "the key '\(keys)' stands more than once")
        default:
            return here.fault(.malformed, chinese: "YAML 无法读取", english: "the YAML cannot be read")
        }
    }
}
