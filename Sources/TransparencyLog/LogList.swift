/// The logs that a witness takes checkpoints of: a policy file, of which the `log` lines count, or verifier keys, one a
/// line.
public struct LogList: Sendable, Hashable {
    /// The keys; the name of each is its log's origin, and a log may have several.
    public let verifiers: [NoteVerifier]

    /// Reads a list in the form of a policy (C2SP tlog-policy); its witnesses, groups and quorum are checked and play no
    /// part, and the quorum may be missing.
    ///
    /// - Throws: ``PolicyFault`` as ``WitnessPolicy/init(parsing:)``; also where there is no log, or one whose signatures
    ///   cannot be verified here.
    public init(parsing bytes: [UInt8]) throws(PolicyFault) {
        var reader = PolicyReader(allowingBareKeys: true)
        try reader.read(bytes)
        verifiers = reader.logs.map(\.verifier)
        guard !verifiers.isEmpty else {
            throw PolicyFault(
                line: nil, "没有列出任何日志；请写 log 行或验证密钥，每行一个",
                "no log is listed; write log lines or verifier keys, one a line")
        }
        if let unknown = verifiers.first(where: { !$0.algorithm.isSupported }) {
            throw PolicyFault(
                line: nil, "不支持日志 \(unknown.name) 的密钥类型；请使用 Ed25519（类型 01）",
                "the key type of log \(unknown.name) is not supported; use Ed25519 (type 01)")
        }
    }

    /// The keys of the log with this origin; none where it is unknown.
    public func keys(of origin: String) -> [NoteVerifier] {
        verifiers.filter { KeyName.isSame($0.name, origin) }
    }
}
