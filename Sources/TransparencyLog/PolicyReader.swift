/// Takes a policy file apart, line by line (C2SP tlog-policy, Policy file syntax and structure).
struct PolicyReader {
    private(set) var logs: [WitnessPolicy.Log] = []
    private(set) var witnesses: [WitnessPolicy.Witness] = []
    private(set) var groups: [WitnessPolicy.Group] = []
    /// Nil until its line was read; then the name, or nil for `none`.
    private var quorum: PolicyText??
    /// Names of witnesses and groups, with the line that defined them.
    private var defined: [PolicyText: Int] = [:]
    /// Names that are members already, with the line of the group.
    private var members: [PolicyText: Int] = [:]
    private var line = 0
    /// Whether a line may be a verifier key alone, for a list of logs.
    private let allowsBareKeys: Bool

    init(allowingBareKeys: Bool = false) { allowsBareKeys = allowingBareKeys }

    private static let none = PolicyText("none")

    mutating func read(_ bytes: [UInt8]) throws(PolicyFault) {
        guard bytes.count <= WitnessPolicy.maximumByteCount else {
            let limit = WitnessPolicy.maximumByteCount
            throw PolicyFault(
                line: nil, "策略文件有 \(bytes.count) 字节，上限 \(limit)；请核对文件",
                "the policy has \(bytes.count) bytes, at most \(limit) are read; check the file")
        }
        var rest = bytes[...]
        while let next = rest.popLine() {
            line += 1
            try take(next)
        }
        line += 1
        guard rest.isEmpty else {
            throw fault("末行没有换行，文件可能不完整；请重新获取", "the last line is not ended, the file may be cut off; fetch it again")
        }
    }

    func finishedQuorum() throws(PolicyFault) -> PolicyText? {
        guard let quorum else {
            throw PolicyFault(
                line: nil, "策略没有 quorum 行；不要求见证时请写 quorum none",
                "there is no quorum line; write quorum none to require no witness")
        }
        return quorum
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) throws(PolicyFault) {
        if let octet = bytes.first(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) {
            let code = Hex.encode([octet])
            throw fault(
                "含有控制字符 0x\(code)；只允许制表符与换行", "holds the control character 0x\(code); only tab and newline are allowed")
        }
        let items = bytes.split { $0 == 0x20 || $0 == 0x09 }
        guard let keyword = items.first, keyword.first != UInt8(ascii: "#") else { return }
        let arguments = items.dropFirst().map { PolicyText($0) }
        switch String(decoding: keyword, as: UTF8.self) {
        case "log": try takeLog(arguments)
        case "witness": try takeWitness(arguments)
        case "group": try takeGroup(arguments)
        case "quorum": try takeQuorum(arguments)
        case _ where allowsBareKeys: try takeLog([PolicyText(keyword)] + arguments)
        case let word:
            throw fault(
                "“\(word.prefix(40))”不是 log、witness、group 或 quorum",
                "'\(word.prefix(40))' is not log, witness, group or quorum")
        }
    }

    private mutating func takeLog(_ arguments: [PolicyText]) throws(PolicyFault) {
        guard (1...2).contains(arguments.count) else {
            throw fault("应为：log <验证密钥> [<网址>]", "the form is: log <vkey> [<url>]")
        }
        let verifier = try key(arguments[0])
        guard !logs.contains(where: { $0.verifier.publicKey == verifier.publicKey }) else {
            throw fault("日志密钥重复；每个公钥只能列一次", "this log's public key is listed already; list each once")
        }
        try requireRoom(logs.count)
        logs.append(WitnessPolicy.Log(verifier: verifier, url: arguments.dropFirst().first))
    }

    private mutating func takeWitness(_ arguments: [PolicyText]) throws(PolicyFault) {
        guard (2...3).contains(arguments.count) else {
            throw fault("应为：witness <名称> <验证密钥> [<网址>]", "the form is: witness <name> <vkey> [<url>]")
        }
        let verifier = try key(arguments[1])
        guard [.cosignature, .mlDSA44].contains(verifier.algorithm) else {
            throw fault(
                "密钥 \(verifier.name) 不是见证密钥（类型 04 或 06）；请向见证方索取",
                "the key of \(verifier.name) is not one that cosigns (type 04 or 06); ask the witness for it")
        }
        if let same = witnesses.first(where: { $0.verifier.publicKey == verifier.publicKey }) {
            throw fault(
                "与见证方 \(same.name.string) 是同一公钥；每个公钥只能列一次",
                "has the public key of witness \(same.name.string); list each once")
        }
        try define(arguments[0])
        try requireRoom(witnesses.count)
        witnesses.append(
            WitnessPolicy.Witness(name: arguments[0], verifier: verifier, url: arguments.dropFirst(2).first))
    }

    private mutating func takeGroup(_ arguments: [PolicyText]) throws(PolicyFault) {
        guard arguments.count >= 3 else {
            throw fault(
                "应为：group <名称> <any|all|数> <成员>...，至少一个成员",
                "the form is: group <name> <any|all|k> <member>..., with one member at least")
        }
        let names = [PolicyText](arguments[2...])
        for name in names {
            try requireDefined(name)
            guard members.updateValue(line, forKey: name) == nil else {
                throw fault(
                    "\(name.string) 已是一个组的成员；每个名称只能作一次成员",
                    "\(name.string) is a member already; each name can be one once")
            }
        }
        let threshold = try threshold(arguments[1], of: names.count)
        try define(arguments[0])
        try requireRoom(groups.count)
        groups.append(WitnessPolicy.Group(name: arguments[0], threshold: threshold, members: names))
    }

    private func threshold(_ text: PolicyText, of count: Int) throws(PolicyFault) -> Int {
        switch text.string {
        case "any": return 1
        case "all": return count
        default:
            guard let number = Decimal64.parse(text.bytes, maximum: UInt64(count)), number >= 1 else {
                throw fault(
                    "“\(text.string.prefix(40))”应为 any、all 或 1 到 \(count) 的整数",
                    "'\(text.string.prefix(40))' must be any, all or a number from 1 to \(count)")
            }
            return Int(number)
        }
    }

    private mutating func takeQuorum(_ arguments: [PolicyText]) throws(PolicyFault) {
        guard arguments.count == 1 else {
            throw fault("应为：quorum <名称>，或 quorum none", "the form is: quorum <name>, or quorum none")
        }
        guard quorum == nil else { throw fault("quorum 行只能有一行", "there is a quorum line already; only one is allowed") }
        if arguments[0] != PolicyReader.none { try requireDefined(arguments[0]) }
        quorum = .some(arguments[0] == PolicyReader.none ? nil : arguments[0])
    }

    private func key(_ text: PolicyText) throws(PolicyFault) -> NoteVerifier {
        guard let string = String(validating: text.bytes, as: UTF8.self) else {
            throw fault("验证密钥不是 UTF-8 文本", "the verifier key is not UTF-8")
        }
        do throws(TransparencyError) { return try NoteVerifier(string) } catch {
            throw fault(error.chinese, error.english)
        }
    }

    private mutating func define(_ name: PolicyText) throws(PolicyFault) {
        guard name != PolicyReader.none else {
            throw fault("none 是保留名称，请换一个", "the name none is predefined; choose another")
        }
        if let first = defined.updateValue(line, forKey: name) {
            throw fault("名称 \(name.string) 在第 \(first) 行已用过", "the name \(name.string) is taken since line \(first)")
        }
    }

    private func requireDefined(_ name: PolicyText) throws(PolicyFault) {
        guard defined[name] != nil else {
            throw fault(
                "前面没有定义 \(name.string) 这个见证方或组", "no witness or group \(name.string) is defined on a line before")
        }
    }

    private func requireRoom(_ count: Int) throws(PolicyFault) {
        guard count < WitnessPolicy.maximumCount else {
            throw fault("超过 \(WitnessPolicy.maximumCount) 个", "more than \(WitnessPolicy.maximumCount) of this kind")
        }
    }

    private func fault(_ chinese: String, _ english: String) -> PolicyFault {
        PolicyFault(line: line, chinese, english)
    }
}
