internal import Foundation

/// A program run once, to its end: no shell, a time limit, and no more output kept than there is use for.
///
/// The input goes into the pipe before the program starts, so that one that never reads it cannot stop anybody
/// (pipe(7): a pipe takes at least 4,096 bytes).
struct ProgramRun {
    static let maximumInputByteCount = 4_096
    /// What is kept of each output; one that goes on beyond 1 MiB is ended.
    static let keptByteCount = 4_096
    private static let maximumOutputByteCount = 1 << 20

    /// Why a program gave no answer; who runs it tells that in its own words.
    enum Fault: Error, Sendable, Hashable {
        case notStarted(String)
        /// It did not end in time, or wrote too much, and was killed.
        case notEnded(seconds: Int)
    }

    let output: [UInt8]
    /// What it said on standard error: one line, without control characters.
    let errors: String
    /// That of `exit`, or minus the signal.
    let status: Int32

    /// Runs `arguments[0]`, an absolute path, and waits.
    init(_ arguments: [String], input: [UInt8], seconds: Int) throws(Fault) {
        precondition(input.count <= ProgramRun.maximumInputByteCount, "the input fits into a pipe")
        let (inputEnd, inputStart) = try ProgramRun.pipe()
        let (outputEnd, outputStart) = try ProgramRun.pipe()
        let (errorEnd, errorStart) = try ProgramRun.pipe()
        var open = [inputEnd, inputStart, outputEnd, outputStart, errorEnd, errorStart]
        defer { for descriptor in open { close(descriptor) } }
        guard write(inputStart, input, input.count) == input.count else {
            throw ProgramRun.failed(errno)
        }
        let id = try ProgramRun.start(arguments, [inputEnd, outputStart, errorStart])
        for descriptor in [inputEnd, inputStart, outputStart, errorStart] { close(descriptor) }
        open = [outputEnd, errorEnd]
        var run = Following(id: id, deadline: ContinuousClock.now + .seconds(seconds))
        let ended = run.follow([outputEnd, errorEnd])
        guard ended, let status = run.status else {
            if run.status == nil {
                kill(id, SIGKILL)
                var status: Int32 = 0
                while waitpid(id, &status, 0) < 0, errno == EINTR {}
            }
            throw .notEnded(seconds: seconds)
        }
        output = run.kept[0]
        errors = ProgramRun.line(run.kept[1])
        self.status = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    }

    /// What a running program has said, and how it ended.
    private struct Following {
        let id: pid_t
        let deadline: ContinuousClock.Instant
        var kept: [[UInt8]] = [[], []]
        var status: Int32?
        private var total = 0

        init(id: pid_t, deadline: ContinuousClock.Instant) {
            self.id = id
            self.deadline = deadline
        }

        /// Reads until the program has ended; false where it was too slow or wrote too much. A child that it leaves
        /// behind with its output in hand is not waited for.
        mutating func follow(_ descriptors: [Int32]) -> Bool {
            var open = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            while true {
                if status == nil { status = ended() }
                let wait: Int32 = status == nil ? 20 : 0
                let ready = poll(&open, nfds_t(open.count), wait)
                if ready > 0 {
                    for index in open.indices where open[index].revents != 0 {
                        if !read(open[index].fd, into: index) { open[index].fd = -1 }
                    }
                    guard total <= ProgramRun.maximumOutputByteCount else { return false }
                } else if status != nil {
                    return true
                }
                if ContinuousClock.now > deadline { return status != nil }
                // All that is left is to wait for the end.
                if status == nil, open.allSatisfy({ $0.fd < 0 }) { usleep(1_000) }
            }
        }

        private func ended() -> Int32? {
            var status: Int32 = 0
            return waitpid(id, &status, WNOHANG) == id ? status : nil
        }

        /// False at the end of an output.
        private mutating func read(_ descriptor: Int32, into index: Int) -> Bool {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return count < 0 && errno == EINTR }
            total += count
            kept[index] += buffer[..<min(count, ProgramRun.keptByteCount - kept[index].count)]
            return true
        }
    }

    private static func start(_ arguments: [String], _ descriptors: [Int32]) throws(Fault) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var variables = ProcessInfo.processInfo.environment
        variables["CREDIT_ARCHIVE_PASSPHRASE"] = nil
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, arguments[0], &actions, nil, &argv, &envp)
        guard code == 0 else { throw failed(code) }
        return id
    }

    private static func pipe() throws(Fault) -> (end: Int32, start: Int32) {
        var descriptors: [Int32] = [-1, -1]
        guard Foundation.pipe(&descriptors) == 0 else { throw failed(errno) }
        // No other program that is started meanwhile keeps them open.
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return (descriptors[0], descriptors[1])
    }

    private static func failed(_ code: Int32) -> Fault { .notStarted(String(cString: strerror(code))) }

    private static func line(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(500), as: UTF8.self)
        let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
        return String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
    }
}
