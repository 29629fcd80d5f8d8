internal import Dispatch
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import TransparencyLog
internal import Witness

/// The routes of a witness (C2SP tlog-witness): `POST /add-checkpoint`, and for monitors `GET /<origin hash>/checkpoint`.
struct WitnessRoutes: Sendable {
    /// How long a client may take to send a request's body.
    static let bodyDeadline = Duration.seconds(10)

    private let witness: Witness
    // The state is a file that is synced: nothing of it on the threads that serve connections.
    private let queue = DispatchQueue(label: "witness")

    init(_ witness: Witness) { self.witness = witness }

    func router() -> Router<ClosingContext> {
        let router = Router(context: ClosingContext.self)
        router.post("add-checkpoint") { request, context in await addCheckpoint(request, context) }
        router.get(":hash/checkpoint") { _, context in await checkpoint(context) }
        return router
    }

    private func addCheckpoint(_ request: Request, _ context: ClosingContext) async -> Response {
        guard let body = await WitnessRoutes.body(of: request) else {
            context.closeSoon()
            let limit = AddCheckpointRequest.maximumByteCount
            return .text(.contentTooLarge, "at most \(limit) bytes within 10 seconds\n", [.connection: "close"])
        }
        do {
            let outcome = try await onQueue { try witness.addCheckpoint(body) }
            if case .cosigned = outcome {} else { context.logger.warning("refused: \(outcome)") }
            return Response(outcome)
        } catch {
            context.logger.error("\(error)")
            return .text(.internalServerError, "the witness cannot write its state; nothing was cosigned\n")
        }
    }

    private func checkpoint(_ context: ClosingContext) async -> Response {
        let hash = context.parameters.get("hash") ?? ""
        do {
            guard let note = try await onQueue({ try witness.latestNote(originHash: hash) }) else {
                return .text(.notFound, "no checkpoint was cosigned for this origin\n")
            }
            return .text(.ok, note, [.cacheControl: "no-cache"])
        } catch {
            context.logger.error("\(error)")
            return .text(.internalServerError, "the witness cannot read its state\n")
        }
    }

    /// The body; nil where it is too long, too slow or cut off.
    private static func body(of request: Request) async -> [UInt8]? {
        await withTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                let limit = AddCheckpointRequest.maximumByteCount
                return (try? await request.body.collect(upTo: limit)).map { [UInt8](buffer: $0) }
            }
            group.addTask {
                try? await Task.sleep(for: bodyDeadline)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func onQueue<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}

extension Response {
    /// The status, type and body that C2SP tlog-witness gives an outcome.
    init(_ outcome: WitnessOutcome) {
        switch outcome {
        case .cosigned(let lines): self = .text(.ok, lines.bytes)
        case .malformed(let detail): self = .text(.badRequest, "\(detail)\n")
        case .badSignature(let detail): self = .text(.forbidden, "\(detail)\n")
        case .unknownOrigin: self = .text(.notFound, "this witness does not know the checkpoint's origin\n")
        case .conflict(let size): self = .text(.conflict, "\(size)\n", [.contentType: "text/x.tlog.size"])
        case .rootDiffers(let size):
            self = .text(.conflict, "another root was cosigned at size \(size): the log has two histories\n")
        case .badProof: self = .text(.unprocessableContent, "the consistency proof does not verify\n")
        }
    }

    static func text(_ status: HTTPResponse.Status, _ text: String, _ headers: HTTPFields = [:]) -> Response {
        .text(status, [UInt8](text.utf8), headers)
    }

    static func text(_ status: HTTPResponse.Status, _ bytes: [UInt8], _ headers: HTTPFields = [:]) -> Response {
        var fields: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
        for field in headers { fields[field.name] = field.value }
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
