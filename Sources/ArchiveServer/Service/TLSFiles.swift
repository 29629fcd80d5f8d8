internal import HummingbirdTLS
internal import NIOSSL

/// TLS from a certificate chain and a private key in PEM files: TLS 1.2 and later.
enum TLSFiles {
    static func configuration(_ certificatePath: String, _ privateKeyPath: String) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
        let key = try NIOSSLPrivateKey(file: privateKeyPath, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        // A key that is not the certificate's is told as such, and not when the service begins to listen.
        _ = try NIOSSLContext(configuration: configuration)
        return configuration
    }
}
