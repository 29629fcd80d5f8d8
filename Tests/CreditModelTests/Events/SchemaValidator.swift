import Foundation

/// The validator of the published JSON Schemas, which shares no code with this program: `validate_examples.py`.
enum SchemaValidator {
    private static let python = "/usr/bin/python3"
    private static let script = Fixtures.tests.appending(path: "Fixtures/validate_examples.py")

    /// Whether it can run here: Python with Debian's `python3-jsonschema`. Where `CI` is set it must.
    static let isAvailable: Bool = {
        if ProcessInfo.processInfo.environment["CI"] != nil { return true }
        guard FileManager.default.isExecutableFile(atPath: python) else { return false }
        return (try? run(["-W", "ignore", "-c", "import jsonschema"]))?.status == 0
    }()

    /// Judges the examples, and the verdicts in `mutants`.
    static func judge(mutants: URL) throws -> (status: Int32, output: String) {
        try run([script.path(), Fixtures.schemas.path(), Fixtures.events.path(), mutants.path()])
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: python)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
