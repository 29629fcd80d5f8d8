internal import CreditArchive
internal import TransparencyLog

extension Input {
    /// A policy file. A fault names the file and the line.
    static func policy(_ path: String) throws -> WitnessPolicy {
        try naming(path) { try WitnessPolicy(parsing: read(path, limit: 1 << 20)) }
    }

    /// A list of logs for a witness. A fault names the file and the line.
    static func logs(_ path: String) throws -> LogList {
        try naming(path) { try LogList(parsing: read(path, limit: 1 << 20)) }
    }

    private static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let fault as PolicyFault {
            var error = ArchiveError(fault)
            error.field = fault.line.map { "\(path):\($0)" } ?? path
            throw error
        }
    }
}
