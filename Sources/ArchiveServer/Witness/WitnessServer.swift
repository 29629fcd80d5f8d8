internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
public import Witness

/// A witness on HTTP, until SIGTERM or SIGINT: what is being answered then is still answered.
public struct WitnessServer: Sendable {
    /// More connections wait.
    static let maximumConnections = 256
    /// A connection without a request under way is closed then; also one that does not send its request.
    static let idleTimeoutSeconds: Int64 = 30

    private let witness: Witness
    private let host: String
    private let port: Int

    /// A server of a witness at an address; port 0 takes a free one.
    public init(_ witness: Witness, host: String, port: Int) {
        (self.witness, self.host, self.port) = (witness, host, port)
    }

    /// Serves; returns after a signal.
    ///
    /// - Parameters:
    ///   - endsOnSignals: whether SIGTERM and SIGINT are taken from the process; else it serves as long as that lives.
    ///   - listening: called once with the port that is served.
    /// - Throws: what NIO throws where the address cannot be bound.
    public func run(endsOnSignals: Bool = true, listening: @escaping @Sendable (_ port: Int) -> Void) async throws {
        var logger = Logger(label: "witness", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .warning
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: 8_192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 100)
        let application = Application(
            router: WitnessRoutes(witness).router(),
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(WitnessServer.idleTimeoutSeconds), httpDecoderConfiguration: decoder)),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(WitnessServer.maximumConnections)),
            onServerRunning: { channel in listening(channel.localAddress?.port ?? 0) },
            logger: logger)
        if endsOnSignals {
            try await application.runService()
        } else {
            try await application.runService(gracefulShutdownSignals: [])
        }
    }
}
