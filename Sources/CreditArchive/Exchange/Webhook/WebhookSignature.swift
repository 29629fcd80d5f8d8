internal import Crypto
internal import Foundation

/// Signs what is posted to a webhook (Standard Webhooks 1.0.0, symmetric): HMAC-SHA256 under the webhook's secret over
/// `<webhook-id>.<webhook-timestamp>.<body>`, in base64 behind `v1,`.
public struct WebhookSignature: Sendable {
    private let secret: [UInt8]

    package init(secret: [UInt8]) { self.secret = secret }

    /// The signature of a post.
    ///
    /// - Parameter seconds: since 1970, UTC.
    public func sign(id: String, seconds: Int64, body: [UInt8]) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: secret))
        code.update(data: Array("\(id).\(seconds).".utf8))
        code.update(data: body)
        return "v1," + Data(code.finalize()).base64EncodedString()
    }
}
