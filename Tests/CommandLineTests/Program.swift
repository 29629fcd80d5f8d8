import ArchiveTesting
import Foundation
import Testing

/// The built program, run as others run it.
enum Program {
    static let path = ProcessInfo.processInfo.environment["CREDIT_ARCHIVE_BINARY"] ?? built("credit-archive")

    static let root =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A program that was built together with these tests.
    static func built(_ name: String) -> String {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        for _ in 0..<4 {
            let path = folder.appendingPathComponent(name).path
            if FileManager.default.isExecutableFile(atPath: path), !isFolder(path) { return path }
            folder.deleteLastPathComponent()
        }
        return root.appendingPathComponent(".build/release/\(name)").path
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    struct Result: Sendable {
        var status: Int32
        var output: Data
        var errors: String

        var text: String { String(decoding: output, as: UTF8.self) }

        /// Every error is one of both languages with its code, without an answer, and never a trace.
        func expectError(_ status: Int32, _ code: String? = nil, _ label: String = "") {
            ToldError.check(self, status: status, label)
            #expect(output.isEmpty, "\(label)")
            if let code { #expect(errors.contains("[\(code)]"), "\(label): \(errors)") }
        }

        var json: Any {
            get throws { try JSONSerialization.jsonObject(with: output, options: [.fragmentsAllowed]) }
        }

        func object() throws -> [String: Any] { try #require(json as? [String: Any]) }
        func list() throws -> [[String: Any]] { try #require(json as? [[String: Any]]) }

        func lines() throws -> [[String: Any]] {
            try text.split(separator: "\n").map { line in
                try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
        }
    }

    /// Where standard output goes.
    enum Output: String, CaseIterable, Sendable {
        case kept
        /// A device that is always full.
        case full
        /// Nowhere: there is no such descriptor.
        case closed
    }

    /// A program that runs; its output goes into files, so that nothing waits for a full pipe.
    final class Running {
        let id: pid_t
        private let folder: TemporaryFolder

        init(
            _ arguments: [String], input: String? = nil, output: Output = .kept, environment: [String: String] = [:],
            program: String = Program.path
        ) throws {
            folder = try TemporaryFolder()
            try Data((input ?? "").utf8).write(to: URL(fileURLWithPath: folder.file("in")))
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, 0, folder.file("in"), O_RDONLY, 0)
            switch output {
            // Synced with each write: what a program has acknowledged is on disk.
            case .kept:
                posix_spawn_file_actions_addopen(&actions, 1, folder.file("out"), O_WRONLY | O_CREAT | O_DSYNC, 0o600)
            case .full: posix_spawn_file_actions_addopen(&actions, 1, "/dev/full", O_WRONLY, 0)
            case .closed: posix_spawn_file_actions_addclose(&actions, 1)
            }
            posix_spawn_file_actions_addopen(&actions, 2, folder.file("err"), O_WRONLY | O_CREAT, 0o600)
            var variables = ["PATH": "/usr/bin:/bin", "LANG": "zh_CN.UTF-8", "HOME": folder.path]
            variables.merge(environment) { $1 }
            var argv = ([program] + arguments).map { strdup($0) } + [nil]
            var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
            defer { for pointer in argv + envp { free(pointer) } }
            var id: pid_t = 0
            let code = posix_spawn(&id, program, &actions, nil, &argv, &envp)
            guard code == 0 else {
                throw CocoaError(.executableNotLoadable, userInfo: [NSFilePathErrorKey: program])
            }
            self.id = id
        }

        func kill() { send(SIGKILL) }

        func send(_ signal: Int32) { _ = Foundation.kill(id, signal) }

        /// What it has written so far.
        var output: Data { FileManager.default.contents(atPath: folder.file("out")) ?? Data() }

        /// As ``finish()``, but kills what does not end by itself; the status is -9 then.
        func finish(within seconds: Int) throws -> Result {
            var information = siginfo_t()
            for _ in 0..<seconds * 100 {
                // Looked at without being taken: its end is left to the wait.
                information.si_signo = 0
                waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT)
                if information.si_signo == SIGCHLD { return try finish() }
                usleep(10_000)
            }
            kill()
            return try finish()
        }

        /// What the program has said so far.
        var outputSoFar: Data { FileManager.default.contents(atPath: folder.file("out")) ?? Data() }

        /// Waits for the end; the status is that of `exit`, or minus the signal: a program that hangs is killed after
        /// two minutes.
        func finish() throws -> Result {
            var status: Int32 = 0
            let deadline = ContinuousClock.now + .seconds(120)
            var pause: UInt32 = 100
            while waitpid(id, &status, WNOHANG) == 0 {
                usleep(pause)
                pause = min(pause * 2, 2_000)
                if ContinuousClock.now > deadline { kill() }
            }
            let code = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
            return Result(
                status: code, output: output,
                errors: String(
                    decoding: FileManager.default.contents(atPath: folder.file("err")) ?? Data(), as: UTF8.self))
        }
    }

    static func run(
        _ arguments: [String], input: String? = nil, output: Output = .kept, environment: [String: String] = [:],
        program: String = Program.path
    ) throws -> Result {
        try Running(arguments, input: input, output: output, environment: environment, program: program).finish()
    }
}

/// An archive that only the program touches.
struct ProgramArchive {
    let folder: TemporaryFolder
    let path: String
    let verifierKey: String

    /// - Parameter disk: the folder to make it in, instead of a temporary one of its own.
    init(origin: String = "credit.example/cli", inMemory: Bool = false, on disk: String? = nil) throws {
        folder = try TemporaryFolder(inMemory: inMemory)
        path = (disk ?? folder.path) + "/archive"
        let made = try Program.run(["--archive", path, "init", "--origin", origin])
        verifierKey = try #require(made.object()["verifierKey"] as? String)
    }

    /// A copy of an archive with the files beside it, in a folder of its own.
    init(copying other: ProgramArchive, inMemory: Bool = false) throws {
        folder = try TemporaryFolder(inMemory: inMemory)
        verifierKey = other.verifierKey
        path = folder.file("copy") + other.path.dropFirst(other.folder.path.count)
        try FileManager.default.copyItem(atPath: other.folder.path, toPath: folder.file("copy"))
    }

    func callAsFunction(
        _ arguments: String..., input: String? = nil, output: Program.Output = .kept,
        environment: [String: String] = [:]
    ) throws -> Program.Result {
        try Program.run(["--archive", path] + arguments, input: input, output: output, environment: environment)
    }

    func file(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        return folder.file(name)
    }

    /// The county's bodies and incidents.
    func loadCounty() throws {
        for template in ["bodies", "incidents", "dispositions", "observations"] {
            let result = try self("import", template, County.path(template))
            #expect(result.status == (["incidents", "dispositions"].contains(template) ? 1 : 0))
        }
    }

    var logBytes: Data? { FileManager.default.contents(atPath: path + "/log.sqlite") }
}

enum County {
    static let folder = Program.root.appendingPathComponent("Tests/Fixtures/yunling").path
    static func path(_ template: String) -> String { "\(folder)/\(template).csv" }
    static let body = "11419801MB0000027Y"

    static func expected(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/expected/\(name).json"))
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
