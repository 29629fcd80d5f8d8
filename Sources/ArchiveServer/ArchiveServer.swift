public import CreditArchive
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import UnixSignals

/// The archive's service on HTTP, until SIGTERM or SIGINT: what is being answered then is still answered, streams are
/// closed cleanly, and the archive is closed as a command closes it.
public struct ArchiveServer: Sendable {
    /// What the service says of itself once it listens.
    public struct Started: Sendable, Hashable {
        public var address: String
        public var port: Int
        /// No key was ever issued: whoever asks on this machine is its operator.
        public var isWithoutKeys: Bool
    }

    private let archive: Archive
    private let settings: ServerSettings
    private let clock: Archive.Clock
    private let logLevel: String

    /// - Parameters:
    ///   - archive: open for writing; it is closed when the service ends.
    ///   - logLevel: of the JSON lines on stderr: `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`.
    public init(
        _ archive: Archive, _ settings: ServerSettings = ServerSettings(), logLevel: String = "warning",
        clock: @escaping Archive.Clock = Archive.systemClock
    ) {
        self.archive = archive
        self.settings = settings
        self.logLevel = logLevel
        self.clock = clock
    }

    /// Serves; returns after a signal, or once `stop` returns.
    ///
    /// - Parameters:
    ///   - stop: ends the service when it returns, beside the signals; nil: signals alone.
    ///   - listening: called once.
    /// - Throws: ``ArchiveError`` `keys-needed`, `tls-incomplete`, `tls-unusable`, `cannot-listen`.
    public func run(
        until stop: (@Sendable () async -> Void)? = nil, listening: @escaping @Sendable (Started) -> Void
    ) async throws {
        let isWithoutKeys = try APIKeys(archive.folder, clock: clock).isEmpty()
        try settings.check(hasKeys: !isWithoutKeys)
        var logger = Logger(label: "credit-archive", factory: { _ in JSONLogHandler() })
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .warning
        let server = try server()
        let service = try ArchiveService(archive, settings, logger: logger, clock: clock)
        await service.settleProposals()
        let settings = settings
        let application = Application(
            responder: APIResponder(service), server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(settings.maximumConnections)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? settings.port
                listening(Started(address: settings.address(port: port), port: port, isWithoutKeys: isWithoutKeys))
            },
            logger: logger)
        // The last of the list is stopped first: streams and waiting requests end before the server waits for them.
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: application),
                    .init(
                        service: Beside(service: service, stop: stop),
                        successTerminationBehavior: .gracefullyShutdownGroup),
                ], gracefulShutdownSignals: stop == nil ? [.sigterm, .sigint] : [], logger: logger))
        do {
            try await group.run()
        } catch {
            try await service.close()
            throw ArchiveServer.told(error, settings)
        }
        try await service.close()
    }

    private func server() throws -> HTTPServerBuilder {
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: 8_192, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)
        let settings = settings
        let plain = HTTPServerBuilder { responder in
            LoopChannel(
                base: HTTP1Channel(
                    responder: responder,
                    configuration: .init(
                        additionalChannelHandlers: [RequestWatch(settings)],
                        idleTimeout: .seconds(Int64(settings.idleSeconds)), httpDecoderConfiguration: decoder)))
        }
        guard let certificatePath = settings.certificatePath, let privateKeyPath = settings.privateKeyPath else {
            return plain
        }
        do {
            return try .tls(plain, tlsConfiguration: TLSFiles.configuration(certificatePath, privateKeyPath))
        } catch {
            throw ArchiveError(
                .usage, "tls-unusable", field: "--tls-certificate", chinese: "无法使用证书或私钥：\(error)",
                english: "the certificate or its key cannot be used: \(error)")
        }
    }

    private static func told(_ error: any Error, _ settings: ServerSettings) -> ArchiveError {
        ArchiveError(
            .unavailable, "cannot-listen", field: "--listen",
            chinese: "无法在 \(settings.host):\(settings.port) 提供服务：\(error)；请换一个地址或端口",
            english: "cannot serve at \(settings.host):\(settings.port): \(error); choose another address or port")
    }
}

/// What runs beside the requests; its end ends the service.
private struct Beside: Service {
    let service: ArchiveService
    let stop: (@Sendable () async -> Void)?

    func run() async throws {
        await withTaskGroup(of: Bool.self) { group in
            let service = service
            group.addTask {
                await service.publishCheckpoints()
                return false
            }
            group.addTask {
                await Pusher(service).run()
                return false
            }
            group.addTask {
                await service.pruneReadings()
                return false
            }
            if let stop {
                group.addTask {
                    await stop()
                    return true
                }
            }
            group.addTask {
                try? await gracefulShutdown()
                return true
            }
            while let isEnd = await group.next() { if isEnd { break } }
            service.beginStopping()
            group.cancelAll()
        }
    }
}
