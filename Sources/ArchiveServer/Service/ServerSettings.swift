internal import CreditArchive

/// How the service listens and what it bears: every bound that it keeps. `Tools/deploy/README.md` has the table.
public struct ServerSettings: Sendable, Hashable {
    public var host = "127.0.0.1"
    /// 0 takes a free one.
    public var port = 8_080
    /// PEM files; both or neither.
    public var certificatePath: String?
    public var privateKeyPath: String?
    /// Connections beyond it wait.
    public var maximumConnections = 2_000
    /// Of `POST /v1/events`.
    public var maximumBodyBytes = 16 << 20
    /// Of `POST /v1/imports/…`.
    public var maximumImportBytes = 16 << 30
    /// A request that is read slower than this after the first seconds is answered with 408.
    public var minimumBytesPerSecond = 65_536
    public var bodySeconds = 10
    /// A connection without a request is closed then; also one that does not send its head.
    public var idleSeconds = 30
    /// Requests of one key in a second; 0: any number.
    public var rateLimit = 2_000
    /// Requests of all who have no key, together, in a second; 0: any number.
    public var publicRateLimit = 200
    /// How often a checkpoint of what was appended is signed; 0: only when asked for.
    public var checkpointSeconds = 60
    public var maximumFollowers = 1_000
    public var heartbeatSeconds = 15
    /// Appends that may be under way; more are answered with 429.
    public var maximumWaitingAppends = 1_024
    /// Readings older than this are deleted from the access record; 0: they are kept for ever, as no source names a time.
    public var accessDays = 0
    /// How long `waitFor` waits.
    public var waitSeconds = 10
    /// Origins that browsers may ask from; none: CORS is off.
    public var corsOrigins: [String] = []
    /// Events of a batch that is posted to a webhook.
    public var pushBatch = 500
    /// How long a webhook may take to answer.
    public var pushTimeoutSeconds = 10
    /// The pause after a first failure; it doubles with each.
    public var pushRetryMilliseconds = 1_000
    public var pushRetryMaximumSeconds = 300
    /// Threads for what blocks: SQLite and files.
    public var blockingThreads = 4

    public init() {}

    /// Whether only this machine reaches it.
    var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }

    /// The address as a URL.
    func address(port: Int) -> String {
        let scheme = certificatePath == nil ? "http" : "https"
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// Refuses what cannot be served. Throws ``ArchiveError`` `keys-needed`, `tls-incomplete`.
    func check(hasKeys: Bool) throws(ArchiveError) {
        guard (certificatePath == nil) == (privateKeyPath == nil) else {
            throw ArchiveError(
                .usage, "tls-incomplete", field: "--tls-certificate",
                chinese: "证书与私钥须一起给出（--tls-certificate、--tls-key）",
                english: "a certificate goes with its private key (--tls-certificate, --tls-key)")
        }
        guard hasKeys || isLoopback else {
            throw ArchiveError(
                .usage, "keys-needed", field: "--listen",
                chinese: "还没有发过任何密钥，只能在本机（127.0.0.1）提供服务，不能在 \(host) 监听；请先用 keys api new 发密钥",
                english:
                    "no key was ever issued, so the service stays on this machine (127.0.0.1) and does not listen on "
                    + "\(host); issue keys first with keys api new")
        }
    }
}
